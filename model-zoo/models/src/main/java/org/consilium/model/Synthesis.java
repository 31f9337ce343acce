package org.consilium.model;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.ArraySampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;
import org.consilium.contract.Head;
import org.consilium.contract.Impressions;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.SynthesisPlan;
import org.consilium.contract.SynthesisPlan.Labels;
import org.consilium.model.engine.NativeMemoryException;

/**
 * One set of impressions in the making: the alternating direction method of multipliers, one dual step at a time, so that
 * whoever drives it can say how far it is, keep it between steps, and go on with it after a crash to the same bytes.
 *
 * <p>Pixels lie outside the heap; only a batch of them is on it. Used by one thread at a time.
 */
public final class Synthesis implements AutoCloseable {

    private static final int FORM = 0x434e5331;

    private final ModelOrigin origin;
    private final SynthesisPlan plan;
    private final ImageShape shape;
    private final Head head;
    private final Executor.InputRun run;
    private final Optional<FeatureTargets> targets;
    private final StationarityLoss loss;
    private final int[] labels;
    private final FloatBuffer pixels;
    private int done;
    private double residual = Double.NaN;

    Synthesis(
            ModelOrigin origin,
            SynthesisPlan plan,
            ImageShape shape,
            Head head,
            float[] headParameters,
            Executor.InputRun run,
            Optional<LabelledImages> start,
            Optional<FeatureTargets> targets) {
        this.origin = origin;
        this.plan = plan;
        this.shape = shape;
        this.head = head;
        this.run = run;
        this.targets = targets;
        this.loss = new StationarityLoss(head, headParameters, plan.rho(), plan.gamma());
        this.labels = labels();
        this.pixels = ByteBuffer.allocateDirect(
                        Math.multiplyExact(Math.multiplyExact(plan.images(), shape.samples()), Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        fill(start);
    }

    private int[] labels() {
        UniformRandomProvider random = random("labels".hashCode());
        int classes = head.classes();
        if (plan.labels() == Labels.RANDOM) {
            return IntStream.range(0, plan.images())
                    .map(i -> random.nextInt(classes))
                    .toArray();
        }
        int[] dealt = IntStream.range(0, plan.images()).map(i -> i % classes).toArray();
        return ArraySampler.shuffle(random, dealt);
    }

    private void fill(Optional<LabelledImages> start) {
        if (start.isPresent()) {
            LabelledImages images = start.get();
            UniformRandomProvider random = random("start".hashCode());
            int[] order = ArraySampler.shuffle(
                    random, IntStream.range(0, images.size()).toArray());
            for (int i = 0; i < plan.images(); i++) {
                images.normalise(order[i % order.length], pixels, i * shape.samples());
            }
            return;
        }
        ZigguratSampler.NormalizedGaussian noise = ZigguratSampler.NormalizedGaussian.of(random("noise".hashCode()));
        for (int at = 0; at < pixels.limit(); at++) {
            pixels.put(at, (float) noise.sample());
        }
    }

    private UniformRandomProvider random(long stream) {
        return RandomSource.XO_RO_SHI_RO_128_PP.create(new long[] {plan.seed(), stream});
    }

    /** Returns how many dual steps are done. */
    public int done() {
        return done;
    }

    /** Returns how many there are. */
    public int steps() {
        return plan.outerIterations();
    }

    /** Returns the norm of the stationarity residual after the last step, over the whole set; NaN before the first. */
    public double residual() {
        return residual;
    }

    /**
     * Moves the pixels of all batches and then takes a dual step.
     *
     * @throws SynthesisDivergedException if a value is not finite any more
     * @throws MemoryExhaustedException if there is too little memory outside the heap
     */
    public void step() {
        if (done >= steps()) {
            throw new IllegalStateException("all " + steps() + " steps are done");
        }
        try {
            stepAll();
        } catch (NativeMemoryException e) {
            throw new MemoryExhaustedException(e.getMessage(), e);
        }
    }

    private void stepAll() {
        for (int from = 0; from < plan.images(); from += plan.batch()) {
            move(from, Math.min(plan.batch(), plan.images() - from));
        }
        double[] sum = new double[head.biases()];
        for (int from = 0; from < plan.images(); from += plan.batch()) {
            int count = Math.min(plan.batch(), plan.images() - from);
            Batch batch = new Batch(from, count);
            batch.forward(batch.image);
            loss.add(batch.logits, batch.features, batch.labels, sum);
        }
        residual = loss.ascend(sum, plan.images());
        require(residual, "the residual");
        done++;
    }

    /** Momentum starts anew with each batch, as in the authors' code, which makes a new optimiser for each. */
    private void move(int from, int count) {
        Batch batch = new Batch(from, count);
        float[] velocity = new float[batch.image.length];
        float rate = (float) plan.imageLearningRate();
        float momentum = (float) plan.momentum();
        UniformRandomProvider jitter = random(0x6a69_0000L + done * 1_000_003L + from);
        for (int iteration = 0; iteration < plan.imageIterations(); iteration++) {
            int down = ImagePrior.shift(plan.prior().jitter(), jitter);
            int right = ImagePrior.shift(plan.prior().jitter(), jitter);
            float[] seen = ImagePrior.rolled(batch.image, shape, down, right);
            double value = batch.gradient(seen);
            float[] gradient = ImagePrior.rolled(batch.byPixels, shape, -down, -right);
            if (plan.prior().totalVariation() > 0) {
                value += ImagePrior.totalVariation(
                        batch.image, shape, plan.prior().totalVariation(), gradient);
            }
            require(value, "the loss");
            for (int i = 0; i < velocity.length; i++) {
                velocity[i] = momentum * velocity[i] + gradient[i];
                batch.image[i] -= rate * velocity[i];
            }
        }
        for (float value : batch.image) {
            require(value, "a pixel");
        }
        pixels.put(from * shape.samples(), batch.image);
    }

    private void require(double value, String what) {
        if (!Double.isFinite(value)) {
            throw new SynthesisDivergedException("Synthesis from model "
                    + origin.model().brief() + " of round "
                    + origin.round() + ": " + what + " became " + value + " in step " + (done + 1) + " of " + steps()
                    + ". Lower the image learning rate, " + plan.imageLearningRate() + " now, in an amended protocol.");
        }
    }

    /** One batch of images with what the network says of it. */
    private final class Batch {

        private final int from;
        private final int[] labels;
        private final float[] image;
        private final float[] logits;
        private final float[] features;
        private final float[] byLogits;
        private final float[] byFeatures;
        private final float[] byPixels;
        private final float[][] wanted;

        Batch(int from, int count) {
            this.from = from;
            labels = Arrays.copyOfRange(Synthesis.this.labels, from, from + count);
            image = new float[count * shape.samples()];
            pixels.get(from * shape.samples(), image);
            logits = new float[count * head.classes()];
            features = new float[count * head.features()];
            byLogits = new float[logits.length];
            byFeatures = new float[features.length];
            byPixels = new float[image.length];
            wanted = new float[plan.prior().features() > 0 ? count : 0][];
            for (int i = 0; i < wanted.length; i++) {
                wanted[i] = targets.orElseThrow().draw(from + i, labels[i]);
            }
        }

        void forward(float[] seen) {
            run.forward(seen, labels.length, logits, features);
        }

        double gradient(float[] seen) {
            forward(seen);
            double value = loss.evaluate(logits, features, labels, byLogits, byFeatures);
            double scale = plan.prior().features() / features.length;
            for (int i = 0; i < wanted.length; i++) {
                for (int j = 0; j < wanted[i].length; j++) {
                    int at = i * head.features() + j;
                    double difference = features[at] - wanted[i][j];
                    value += scale * difference * difference;
                    byFeatures[at] += (float) (2 * scale * difference);
                }
            }
            run.backward(byLogits, byFeatures, byPixels);
            return value;
        }
    }

    /**
     * Returns the images as they are now.
     *
     * @throws SynthesisDivergedException if the model gives one of them probabilities that are not finite
     */
    public Impressions result() {
        int classes = head.classes();
        float[] probabilities = new float[plan.images() * classes];
        for (int from = 0; from < plan.images(); from += plan.batch()) {
            int count = Math.min(plan.batch(), plan.images() - from);
            Batch batch = new Batch(from, count);
            if (plan.temperature() == 0) {
                for (int i = 0; i < count; i++) {
                    probabilities[(from + i) * classes + labels[from + i]] = 1;
                }
                continue;
            }
            batch.forward(batch.image);
            for (int i = 0; i < count; i++) {
                soften(batch.logits, i * classes, probabilities, (from + i) * classes);
            }
        }
        return Impressions.of(origin, classes, probabilities, pixels);
    }

    private void soften(float[] logits, int from, float[] into, int at) {
        int classes = head.classes();
        double most = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < classes; k++) {
            most = Math.max(most, logits[from + k]);
        }
        double sum = 0;
        double[] powers = new double[classes];
        for (int k = 0; k < classes; k++) {
            powers[k] = Math.exp((logits[from + k] - most) / plan.temperature());
            sum += powers[k];
        }
        require(sum, "a probability");
        for (int k = 0; k < classes; k++) {
            into[at + k] = (float) (powers[k] / sum);
        }
    }

    /** Writes what is needed to go on after the steps that are done. */
    public void save(OutputStream to) throws IOException {
        DataOutputStream out = new DataOutputStream(to);
        out.writeInt(FORM);
        out.writeInt(done);
        out.writeDouble(residual);
        for (double value : loss.dual()) {
            out.writeDouble(value);
        }
        for (int at = 0; at < pixels.limit(); at++) {
            out.writeFloat(pixels.get(at));
        }
        out.flush();
    }

    /**
     * Goes on where a synthesis of the same plan from the same model was saved.
     *
     * @throws IOException if it cannot be read, or is not of this form
     */
    public void resume(InputStream from) throws IOException {
        DataInputStream in = new DataInputStream(from);
        if (in.readInt() != FORM) {
            throw new IOException("this is no saved synthesis of this version of Consilium");
        }
        done = in.readInt();
        residual = in.readDouble();
        double[] dual = loss.dual();
        for (int i = 0; i < dual.length; i++) {
            dual[i] = in.readDouble();
        }
        for (int at = 0; at < pixels.limit(); at++) {
            pixels.put(at, in.readFloat());
        }
    }

    @Override
    public void close() {
        run.close();
    }
}
