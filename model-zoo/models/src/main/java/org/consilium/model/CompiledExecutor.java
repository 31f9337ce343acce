package org.consilium.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Optimiser;
import org.consilium.model.engine.CompiledNetwork;
import org.consilium.model.engine.OneDnn;
import org.consilium.model.engine.Shape;
import org.consilium.model.engine.SoftmaxCrossEntropy;
import org.consilium.model.engine.Training;
import org.consilium.model.engine.Use;

/**
 * Runs networks by oneDNN, one compiled instance for each batch size in use, and keeps the instances between rounds.
 * Each is lent to one thread at a time.
 */
final class CompiledExecutor implements Executor {

    private static final Optimiser ANY = new Optimiser.Sgd(1, 0);

    private final CompiledPool pool = new CompiledPool();

    @Override
    public String description() {
        return OneDnn.description();
    }

    @Override
    public TrainingRun training(ArchitectureId id, Optimiser optimiser, float[] start, int batch) {
        return new Run(id, optimiser, start, batch);
    }

    @Override
    public ScoringRun scoring(ArchitectureId id, float[] parameters, int batch) {
        return new Scores(id, parameters);
    }

    /** Instances of several batch sizes, lent together. */
    private final class Instances implements AutoCloseable {

        private final ArchitectureId id;
        private final Use use;
        private final Map<Integer, CompiledNetwork> bySize = new LinkedHashMap<>();

        Instances(ArchitectureId id, Use use) {
            this.id = id;
            this.use = use;
        }

        CompiledNetwork of(int size) {
            return bySize.computeIfAbsent(
                    size,
                    batch -> pool.take(id, use, batch, () -> {
                        ImageShape shape = Architectures.Network.of(id).shape();
                        Shape input = new Shape(shape.channels(), shape.height(), shape.width());
                        return Architectures.blueprint(id, 0, ANY).compile(input, batch, use);
                    }));
        }

        @Override
        public void close() {
            bySize.forEach((size, network) -> pool.giveBack(id, use, network));
            bySize.clear();
        }
    }

    private final class Run implements TrainingRun {

        private final Instances instances;
        private final SoftmaxCrossEntropy loss;
        private final int classes;
        private final Training training;
        private final int parameters;
        private float[] logits = {};
        private float[] gradient = {};
        private boolean sound = true;

        Run(ArchitectureId id, Optimiser optimiser, float[] start, int batch) {
            instances = new Instances(id, Use.TRAIN);
            classes = Architectures.Network.of(id).classes();
            loss = SoftmaxCrossEntropy.of(classes);
            parameters = start.length;
            boolean begun = false;
            try {
                training = Architectures.blueprint(id, 0, optimiser).training(instances.of(batch), start);
                begun = true;
            } finally {
                if (!begun) {
                    instances.close();
                }
            }
        }

        @Override
        public double step(Pixels pixels, int[] labels, int epoch) {
            CompiledNetwork network = instances.of(labels.length);
            training.use(network);
            if (logits.length != labels.length * classes) {
                logits = new float[labels.length * classes];
                gradient = new float[labels.length * classes];
            }
            network.forward(pixels::write, logits);
            double mean = loss.hard(logits, labels, gradient);
            network.backward(gradient);
            sound = training.step(epoch);
            return mean;
        }

        @Override
        public Optional<String> broken() {
            return sound ? Optional.empty() : training.broken();
        }

        @Override
        public float[] parameters() {
            float[] flat = new float[parameters];
            training.getParameters(flat);
            return flat;
        }

        @Override
        public void close() {
            instances.close();
        }
    }

    private final class Scores implements ScoringRun {

        private final Instances instances;
        private final SoftmaxCrossEntropy softmax;
        private final int classes;
        private final float[] parameters;
        private int size;
        private float[] logits = {};
        private float[] probabilities = {};

        Scores(ArchitectureId id, float[] parameters) {
            this.instances = new Instances(id, Use.INFER);
            this.classes = Architectures.Network.of(id).classes();
            this.softmax = SoftmaxCrossEntropy.of(classes);
            this.parameters = parameters;
        }

        @Override
        public float[] probabilities(Pixels pixels, int count) {
            CompiledNetwork network = instances.of(count);
            if (size != count) {
                size = count;
                network.setParameters(parameters);
                logits = new float[count * classes];
                probabilities = new float[count * classes];
            }
            network.forward(pixels::write, logits);
            softmax.probabilities(logits, probabilities);
            return probabilities;
        }

        @Override
        public void close() {
            instances.close();
        }
    }
}
