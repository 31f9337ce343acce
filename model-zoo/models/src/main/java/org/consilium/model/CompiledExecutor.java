package org.consilium.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.LocalObjective;
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
    public TrainingRun training(
            ArchitectureId id,
            Optimiser optimiser,
            LocalObjective objective,
            float[] offsets,
            float[] start,
            int batch) {
        return new Run(id, optimiser, objective, offsets, start, batch);
    }

    @Override
    public ScoringRun scoring(ArchitectureId id, float[] parameters, int batch) {
        return new Scores(id, parameters);
    }

    @Override
    public InputRun inputs(ArchitectureId id, float[] parameters) {
        return new Inputs(id, parameters);
    }

    private final class Inputs implements InputRun {

        private final Instances instances;
        private final float[] parameters;
        private CompiledNetwork network;

        Inputs(ArchitectureId id, float[] parameters) {
            this.instances = new Instances(id, Use.INPUT_GRADIENT);
            this.parameters = parameters;
        }

        @Override
        public void forward(float[] images, int count, float[] logits, float[] features) {
            if (network == null || network.batch() != count) {
                network = instances.of(count);
                network.setParameters(parameters);
            }
            network.forward(images, logits);
            network.getFeatures(features);
        }

        @Override
        public void backward(float[] byLogits, float[] byFeatures, float[] byImages) {
            network.backward(byLogits, byFeatures, byImages);
        }

        @Override
        public void close() {
            instances.close();
        }
    }

    /** Frees what rests. */
    void close() {
        pool.close();
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
        private final SoftmaxCrossEntropy plain;
        private final SoftmaxCrossEntropy own;
        private final int classes;
        private final Training training;
        private final int parameters;
        private float[] logits = {};
        private float[] gradient = {};
        private float[] ownLogits = {};
        private float[] ownGradient = {};
        private float[] restLogits = {};
        private float[] restGradient = {};
        private boolean sound = true;

        Run(
                ArchitectureId id,
                Optimiser optimiser,
                LocalObjective objective,
                float[] offsets,
                float[] start,
                int batch) {
            instances = new Instances(id, Use.TRAIN);
            classes = Architectures.Network.of(id).classes();
            plain = SoftmaxCrossEntropy.of(classes);
            own = plain.offset(offsets);
            parameters = start.length;
            Training.Terms terms = new Training.Terms(
                    objective.proximal(), 2 * objective.headPull() / classes, objective.headFrozen(), start);
            boolean begun = false;
            try {
                training = Architectures.blueprint(id, 0, optimiser).training(instances.of(batch), start, terms);
                begun = true;
            } finally {
                if (!begun) {
                    instances.close();
                }
            }
        }

        @Override
        public double step(Pixels pixels, int[] labels, float[] targets, double weight, int epoch) {
            int rest = targets.length / classes;
            int count = labels.length + rest;
            CompiledNetwork network = instances.of(count);
            training.use(network);
            logits = sized(logits, count * classes);
            gradient = sized(gradient, count * classes);
            network.forward(pixels::write, logits);
            double mean = rest == 0 ? own.hard(logits, labels, gradient) : mixed(labels, targets);
            if (weight != 1) {
                for (int i = 0; i < gradient.length; i++) {
                    gradient[i] *= (float) weight;
                }
            }
            network.backward(gradient);
            sound = training.step(epoch);
            return mean;
        }

        /** The loss's mean over all images, of which only the site's own are adjusted to its class shares. */
        private double mixed(int[] labels, float[] targets) {
            int boundary = labels.length * classes;
            double mean = 0;
            if (labels.length > 0) {
                ownLogits = sized(ownLogits, boundary);
                ownGradient = sized(ownGradient, boundary);
                System.arraycopy(logits, 0, ownLogits, 0, boundary);
                mean = own.hard(ownLogits, labels, ownGradient);
                put(ownGradient, 0, (float) boundary / logits.length);
            }
            restLogits = sized(restLogits, targets.length);
            restGradient = sized(restGradient, targets.length);
            System.arraycopy(logits, boundary, restLogits, 0, targets.length);
            plain.soft(restLogits, targets, restGradient, 1);
            put(restGradient, boundary, (float) targets.length / logits.length);
            return mean;
        }

        private void put(float[] part, int at, float share) {
            for (int i = 0; i < part.length; i++) {
                gradient[at + i] = share * part[i];
            }
        }

        private static float[] sized(float[] array, int length) {
            return array.length == length ? array : new float[length];
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
        public float[] features() {
            CompiledNetwork network = instances.of(size);
            float[] features = new float[size * network.featureShape().values()];
            network.getFeatures(features);
            return features;
        }

        @Override
        public void close() {
            instances.close();
        }
    }
}
