package org.consilium.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Head;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.Optimiser;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SynthesisPlan;
import org.consilium.model.engine.CompiledNetwork;
import org.consilium.model.engine.Kernel;
import org.consilium.model.engine.MatrixProduct;
import org.consilium.model.engine.Shape;
import org.consilium.model.engine.SoftmaxCrossEntropy;
import org.consilium.model.engine.Training;
import org.consilium.model.engine.Use;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The work of the training benchmark, on random images, by oneDNN or by Deeplearning4j. */
public final class Workloads {

    private static final ImageShape CELLS = new ImageShape(28, 28, 3);
    private static final ImageShape SLICES = new ImageShape(128, 128, 1);
    private static final int CLASSES = 8;
    private static final int TISSUES = 2;
    private static final int BASE_MAPS = 16;
    private static final Optimiser MOMENTUM = new Optimiser.Sgd(0.01, 0.9);
    private static final double CLIP = 1;

    private Workloads() {}

    /** Returns the names of all work. */
    public static List<String> names() {
        return List.of(
                "blood-cnn", "blood-resnet", "mri-unet", "input-gradient", "synthesis", "inference", "per-example");
    }

    /** Returns whether Deeplearning4j can do that work by itself. */
    public static boolean isKnownToDeeplearning4j(String name) {
        return !name.equals("synthesis");
    }

    /** Returns how many images a batch of that work has. */
    public static int batch(String name) {
        return switch (name) {
            case "mri-unet" -> 8;
            case "input-gradient", "synthesis" -> 160;
            case "inference" -> 256;
            default -> 64;
        };
    }

    /**
     * Has the calling thread compute with that many threads; what is compiled afterwards is cut for as many.
     *
     * @param threads 1 or more
     */
    public static void threads(int threads) {
        SingleThread.enter(threads);
    }

    /** Returns a large matrix product, whose rate is what this machine can do at best. */
    public static Workload peak() {
        MatrixProduct product = new MatrixProduct(2_048);
        return new Workload() {
            @Override
            public int images() {
                return 1;
            }

            @Override
            public void run() {
                product.run();
            }

            @Override
            public long operations() {
                return product.operations();
            }

            @Override
            public void close() {
                product.close();
            }
        };
    }

    /**
     * Returns work compiled to oneDNN.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Workload compiled(String name) {
        int batch = batch(name);
        return switch (name) {
            case "blood-cnn" -> new TrainingSteps(Compiled.of(cnn(), CELLS, batch, Use.TRAIN));
            case "blood-resnet" -> new TrainingSteps(Compiled.of(residual(), CELLS, batch, Use.TRAIN));
            case "mri-unet" -> new TrainingSteps(Compiled.of(uNet(), SLICES, batch, Use.TRAIN));
            case "input-gradient" -> new InputGradient(Compiled.of(cnn(), CELLS, batch, Use.INPUT_GRADIENT));
            case "synthesis" -> new SynthesisOfImages(batch);
            case "inference" -> new Inference(Compiled.of(cnn(), CELLS, batch, Use.INFER));
            case "per-example" -> new PerExample(Compiled.of(cnn(), CELLS, 1, Use.TRAIN), batch);
            default -> throw unknown(name);
        };
    }

    /**
     * Returns the same work done by Deeplearning4j itself; for {@code per-example} its batches of one.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Workload byDeeplearning4j(String name) {
        SingleThread.enter();
        int batch = batch(name);
        return switch (name) {
            case "blood-cnn" -> Dl4j.cells(batch, 1, Dl4jWork.FIT);
            case "input-gradient" -> Dl4j.cells(batch, 1, Dl4jWork.INPUT_GRADIENT);
            case "inference" -> Dl4j.cells(batch, 1, Dl4jWork.OUTPUT);
            case "per-example" -> Dl4j.cells(1, 8, Dl4jWork.GRADIENT);
            case "blood-resnet" -> new Dl4j(residual(), CELLS, batch, new long[] {CLASSES}, 1, Dl4jWork.FIT);
            case "mri-unet" ->
                new Dl4j(uNet(), SLICES, batch, new long[] {TISSUES, SLICES.height(), SLICES.width()}, 1, Dl4jWork.FIT);
            default -> throw unknown(name);
        };
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("there is no work '" + name + "': use one of " + names());
    }

    private static Blueprint.Layers cnn() {
        return (Blueprint.Layers) Architectures.blueprint(Architectures.id("cnn", CELLS, CLASSES), 7, MOMENTUM);
    }

    private static Blueprint residual() {
        return Architectures.blueprint(Architectures.id("resnet", CELLS, CLASSES), 7, MOMENTUM);
    }

    private static Blueprint uNet() {
        return new Blueprint.Branches(GraphArchitectures.uNet(SLICES, TISSUES, BASE_MAPS, 7, MOMENTUM));
    }

    private static float[] random(int count) {
        Random random = new Random(7);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** One class of each position. */
    private static float[] labels(int batch, int classes, int positions) {
        Random random = new Random(8);
        float[] labels = new float[batch * classes * positions];
        for (int i = 0; i < batch * positions; i++) {
            int example = i / positions;
            labels[(example * classes + random.nextInt(classes)) * positions + i % positions] = 1;
        }
        return labels;
    }

    /** A compiled network with a batch of images, labels and their logits. */
    private record Compiled(
            CompiledNetwork network,
            Training training,
            float[] pixels,
            float[] labels,
            float[] logits,
            float[] gradient,
            SoftmaxCrossEntropy loss,
            int positions) {

        static Compiled of(Blueprint blueprint, ImageShape shape, int batch, Use use) {
            float[] start;
            try (Dl4jNetwork reference = blueprint.deeplearning4j()) {
                reference.init();
                start = reference.model().params().toFloatVector();
            }
            CompiledNetwork network = blueprint.compile(shape(shape), batch, use);
            return of(
                    network, use == Use.TRAIN ? blueprint.training(network, start, Training.Terms.NONE) : null, start);
        }

        private static Compiled of(CompiledNetwork network, Training training, float[] start) {
            if (training == null) {
                network.setParameters(start);
            }
            int batch = network.batch();
            Shape output = network.outputShape();
            int positions = output.isMaps() ? output.height() * output.width() : 1;
            int values = batch * output.values();
            return new Compiled(
                    network,
                    training,
                    random(batch * network.inputShape().values()),
                    Workloads.labels(batch, output.channels(), positions),
                    new float[values],
                    new float[values],
                    SoftmaxCrossEntropy.of(output.channels()),
                    positions);
        }

        private static Shape shape(ImageShape shape) {
            return new Shape(shape.channels(), shape.height(), shape.width());
        }

        void forward() {
            network.forward(pixels, logits);
        }

        void forwardAndBackward() {
            forward();
            loss.soft(logits, labels, gradient, positions);
            network.backward(gradient);
        }

        List<Kernel> profile(Workload work, int runs) {
            network.profile(true);
            for (int run = 0; run < runs; run++) {
                work.run();
            }
            network.profile(false);
            return network.kernels();
        }

        void requireSound(boolean sound) {
            if (!sound) {
                throw new IllegalStateException("training diverged");
            }
        }
    }

    private record TrainingSteps(Compiled compiled) implements Workload {

        @Override
        public int images() {
            return compiled.network().batch();
        }

        @Override
        public void run() {
            compiled.forwardAndBackward();
            compiled.requireSound(compiled.training().step(0));
        }

        @Override
        public long operations() {
            return compiled.network().operations() * images();
        }

        @Override
        public List<Kernel> profile(int runs) {
            return compiled.profile(this, runs);
        }

        @Override
        public void close() {
            compiled.network().close();
        }
    }

    private record InputGradient(Compiled compiled, float[] none, float[] input) implements Workload {

        InputGradient(Compiled compiled) {
            this(
                    compiled,
                    new float
                            [compiled.network().batch()
                                    * compiled.network().featureShape().values()],
                    new float[compiled.pixels().length]);
        }

        @Override
        public int images() {
            return compiled.network().batch();
        }

        @Override
        public void run() {
            compiled.forward();
            compiled.loss().soft(compiled.logits(), compiled.labels(), compiled.gradient(), 1);
            compiled.network().backward(compiled.gradient(), none, input);
        }

        @Override
        public long operations() {
            return compiled.network().operations() * images();
        }

        @Override
        public List<Kernel> profile(int runs) {
            return compiled.profile(this, runs);
        }

        @Override
        public void close() {
            compiled.network().close();
        }
    }

    /** 160 images by 3 dual steps of 30 steps on the pixels each; an image counts once for each gradient. */
    private static final class SynthesisOfImages implements Workload {

        private static final int DUAL_STEPS = 3;
        private static final int IMAGE_STEPS = 30;

        private final int images;
        private final ArchitectureId id = Architectures.id("cnn", CELLS, CLASSES);
        private final float[] model;
        private final Head head;
        private final CompiledExecutor executor = new CompiledExecutor();
        private final long perImage;

        SynthesisOfImages(int images) {
            this.images = images;
            Networks networks = Networks.create();
            this.model = networks.initial(id, 7).toArray();
            this.head = networks.head(id);
            try (CompiledNetwork network =
                    cnn().compile(new Shape(CELLS.channels(), CELLS.height(), CELLS.width()), 1, Use.INPUT_GRADIENT)) {
                perImage = network.operations();
            }
        }

        @Override
        public int images() {
            return images * DUAL_STEPS * IMAGE_STEPS;
        }

        @Override
        public void run() {
            SynthesisPlan plan = new SynthesisPlan(
                    images,
                    SynthesisPlan.Labels.BALANCED,
                    SynthesisPlan.Initial.NOISE,
                    images,
                    DUAL_STEPS,
                    IMAGE_STEPS,
                    1,
                    0.9,
                    0.2,
                    0.001,
                    SynthesisPlan.Prior.NONE,
                    0,
                    7);
            ModelOrigin origin =
                    new ModelOrigin(Sha256.of(new byte[0]), new RoundNumber(1), Sha256.of(new byte[0]), id);
            try (Synthesis synthesis = new Synthesis(
                    origin,
                    plan,
                    CELLS,
                    head,
                    head.of(model),
                    executor.inputs(id, model),
                    Optional.empty(),
                    Optional.empty())) {
                while (synthesis.done() < synthesis.steps()) {
                    synthesis.step();
                }
            }
        }

        @Override
        public long operations() {
            return perImage * images();
        }

        @Override
        public void close() {
            executor.close();
        }
    }

    private record Inference(Compiled compiled) implements Workload {

        @Override
        public int images() {
            return compiled.network().batch();
        }

        @Override
        public void run() {
            compiled.forward();
            compiled.loss().probabilities(compiled.logits(), compiled.gradient());
        }

        @Override
        public long operations() {
            return compiled.network().operations() * images();
        }

        @Override
        public List<Kernel> profile(int runs) {
            return compiled.profile(this, runs);
        }

        @Override
        public void close() {
            compiled.network().close();
        }
    }

    private record PerExample(Compiled compiled, int images) implements Workload {

        @Override
        public void run() {
            for (int i = 0; i < images; i++) {
                compiled.forwardAndBackward();
                compiled.training().addExample(CLIP);
            }
            compiled.requireSound(compiled.training().stepExamples(images, 0));
        }

        @Override
        public long operations() {
            return compiled.network().operations() * images;
        }

        @Override
        public List<Kernel> profile(int runs) {
            return compiled.profile(this, runs);
        }

        @Override
        public void close() {
            compiled.network().close();
        }
    }

    private enum Dl4jWork {
        FIT,
        GRADIENT,
        INPUT_GRADIENT,
        OUTPUT
    }

    private static final class Dl4j implements Workload {

        private final Dl4jNetwork network;
        private final INDArray pixels;
        private final INDArray labels;
        private final int times;
        private final Dl4jWork work;

        /** @param labelled shape of an example's labels */
        Dl4j(Blueprint blueprint, ImageShape shape, int batch, long[] labelled, int times, Dl4jWork work) {
            network = blueprint.deeplearning4j();
            network.init();
            pixels = Nd4j.create(
                    random(batch * shape.samples()),
                    new long[] {batch, shape.channels(), shape.height(), shape.width()},
                    'c');
            int positions = (int) (Arrays.stream(labelled).reduce(1, (a, b) -> a * b) / labelled[0]);
            long[] dims = LongStream.concat(LongStream.of(batch), Arrays.stream(labelled))
                    .toArray();
            labels = Nd4j.create(Workloads.labels(batch, (int) labelled[0], positions), dims, 'c');
            this.times = times;
            this.work = work;
        }

        static Dl4j cells(int batch, int times, Dl4jWork work) {
            return new Dl4j(cnn(), CELLS, batch, new long[] {CLASSES}, times, work);
        }

        @Override
        public int images() {
            return (int) pixels.size(0) * times;
        }

        @Override
        public void run() {
            for (int i = 0; i < times; i++) {
                switch (work) {
                    case FIT -> network.fit(new DataSet(pixels, labels));
                    case OUTPUT -> network.output(pixels);
                    case GRADIENT, INPUT_GRADIENT ->
                        ((MultiLayerNetwork) network.model()).calculateGradients(pixels, labels, null, null);
                }
            }
        }

        @Override
        public long operations() {
            return 0;
        }

        @Override
        public void close() {
            network.close();
        }
    }
}
