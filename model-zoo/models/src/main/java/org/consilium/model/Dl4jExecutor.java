package org.consilium.model;

import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.LocalObjective;
import org.consilium.contract.Optimiser;
import org.consilium.model.engine.OneDnn;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Runs networks by Deeplearning4j's own {@code fit} and {@code output}, on the calling thread alone. */
final class Dl4jExecutor implements Executor {

    private static final Optimiser ANY = new Optimiser.Sgd(1, 0);

    private final NetworkPool pool = new NetworkPool();

    @Override
    public String description() {
        return "deeplearning4j";
    }

    @Override
    public TrainingRun training(
            ArchitectureId id,
            Optimiser optimiser,
            LocalObjective objective,
            float[] offsets,
            float[] start,
            int batch) {
        if (!objective.equals(LocalObjective.PLAIN)) {
            throw needsOneDnn("training with " + objective, id);
        }
        return new Training(new Lent(id, optimiser, start));
    }

    @Override
    public ScoringRun scoring(ArchitectureId id, float[] parameters, int batch) {
        return new Scoring(new Lent(id, ANY, parameters));
    }

    @Override
    public InputRun inputs(ArchitectureId id, float[] parameters) {
        throw needsOneDnn("synthesis of images", id);
    }

    private static IllegalArgumentException needsOneDnn(String what, ArchitectureId id) {
        return new IllegalArgumentException(what + " needs oneDNN, which does not run " + id + " on this machine: "
                + OneDnn.trouble().orElse("it does not know all of its layers")
                + "; use a machine that has it, or a study with fedavg");
    }

    /** A network of the pool, until it is given back. */
    private final class Lent {

        private final ArchitectureId id;
        private final Optimiser optimiser;
        private final Dl4jNetwork network;
        private final ImageShape shape;
        private final int classes;

        Lent(ArchitectureId id, Optimiser optimiser, float[] parameters) {
            this.id = id;
            this.optimiser = optimiser;
            this.network = pool.take(id, optimiser, parameters);
            this.shape = Architectures.Network.of(id).shape();
            this.classes = Architectures.Network.of(id).classes();
        }

        <T> T with(Pixels pixels, int count, Function<INDArray, T> action) {
            float[] whole = new float[count * shape.samples()];
            pixels.write(FloatBuffer.wrap(whole));
            long[] dimensions = {count, shape.channels(), shape.height(), shape.width()};
            // closed at once: memory outside the heap must not wait for the garbage collector
            try (INDArray features = Nd4j.create(whole, dimensions, 'c')) {
                return action.apply(features);
            }
        }

        void giveBack() {
            network.model().clear();
            // ND4J keeps work memory per thread, and threads of a server come and go
            Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
            pool.giveBack(id, optimiser, network);
        }
    }

    private record Training(Lent lent) implements TrainingRun {

        @Override
        public double step(Pixels pixels, int[] labels, float[] targets, double weight, int epoch) {
            float[] oneHot = new float[labels.length * lent.classes];
            for (int i = 0; i < labels.length; i++) {
                oneHot[i * lent.classes + labels[i]] = 1;
            }
            return lent.with(pixels, labels.length, features -> {
                try (INDArray classes = Nd4j.create(oneHot, new long[] {labels.length, lent.classes}, 'c')) {
                    lent.network.fit(new DataSet(features, classes));
                    return lent.network.model().score();
                }
            });
        }

        @Override
        public Optional<String> broken() {
            if (Double.isFinite(lent.network.model().params().sumNumber().doubleValue())) {
                return Optional.empty();
            }
            return lent.network.model().paramTable().entrySet().stream()
                    .filter(array ->
                            !Double.isFinite(array.getValue().sumNumber().doubleValue()))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .or(() -> Optional.of("of the network"));
        }

        @Override
        public float[] parameters() {
            return lent.network.model().params().toFloatVector();
        }

        @Override
        public void close() {
            lent.giveBack();
        }
    }

    private static final class Scoring implements ScoringRun {

        private final Lent lent;
        private Pixels last;
        private int lastCount;

        Scoring(Lent lent) {
            this.lent = lent;
        }

        @Override
        public float[] probabilities(Pixels pixels, int count) {
            last = pixels;
            lastCount = count;
            return lent.with(pixels, count, images -> {
                try (INDArray output = lent.network.output(images)) {
                    return output.dup('c').data().asFloat();
                }
            });
        }

        @Override
        public float[] features() {
            return lent.with(last, lastCount, images -> {
                try (INDArray features = lent.network.features(images)) {
                    return features.dup('c').data().asFloat();
                }
            });
        }

        @Override
        public void close() {
            lent.giveBack();
        }
    }
}
