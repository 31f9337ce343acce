package org.consilium.model.engine;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.bytedeco.javacpp.FloatPointer;
import org.consilium.contract.Head;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;

/**
 * A Deeplearning4j network of one batch size, run by oneDNN: primitives are made once, weights and maps stay in the
 * layouts that these like best, and a pass allocates nothing.
 *
 * <p>The network stays what Deeplearning4j says it is: parameters and gradients go in and out in the order of its flat
 * vector. Its result are the logits: softmax and loss are the caller's, who gives back their gradient.
 *
 * <p>Used by one thread at a time; which one does not matter. Closing frees all native memory at once; a closed network
 * must not be used.
 */
public final class CompiledNetwork implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(CompiledNetwork.class.getName());

    private final NativeScope scope;
    private final Graph graph;
    private final int batch;
    private final Use use;
    private final Weights weights;
    private final Program forward;
    private final Program backward;
    private final Program prepare;
    private final Compiler.Ends ends;
    private final FloatBuffer inputMemory;
    private boolean closed;

    private CompiledNetwork(Graph graph, int batch, Use use) {
        this.graph = graph;
        this.batch = batch;
        this.use = use;
        this.scope = new NativeScope();
        boolean whole = false;
        try {
            Emitter emitter = new Emitter(scope);
            weights = new Weights(emitter, graph.parameters(), use == Use.TRAIN);
            forward = emitter.program();
            backward = emitter.program();
            prepare = emitter.program();
            ends = new Compiler(graph, new Code.Context(emitter, weights, forward, backward, prepare, batch, use))
                    .compile();
            weights.place();
            emitter.placeScratchpads();
            inputMemory = ends.input()
                    .data()
                    .asByteBuffer()
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
            whole = true;
        } finally {
            if (!whole) {
                scope.close();
            }
        }
    }

    /**
     * Compiles a network of layers.
     *
     * @param configuration the network
     * @param input shape of an example
     * @param batch number of examples in each pass, 1 or more
     * @param use what is wanted of it
     * @throws UnsupportedNetworkException if a layer is not one that this engine runs, or the library is not here
     * @throws NativeMemoryException if there is no room for it
     */
    public static CompiledNetwork compile(MultiLayerConfiguration configuration, Shape input, int batch, Use use) {
        return compile(ConfigurationReader.read(configuration, input, use), batch, use);
    }

    /**
     * Compiles a network that is a graph of layers with one input and one output; otherwise like the other
     * {@code compile}.
     */
    public static CompiledNetwork compile(
            ComputationGraphConfiguration configuration, Shape input, int batch, Use use) {
        return compile(ConfigurationReader.read(configuration, input, use), batch, use);
    }

    static CompiledNetwork compile(Graph graph, int batch, Use use) {
        if (batch < 1) {
            throw new IllegalArgumentException("a batch has at least 1 example, not " + batch);
        }
        OneDnn.engine();
        CompiledNetwork network = new CompiledNetwork(graph.fused(), batch, use);
        for (Kernel kernel : network.kernels()) {
            Level level = kernel.isReference() ? Level.WARNING : Level.FINE;
            LOG.log(
                    level,
                    () -> "batch " + batch + ", " + use + ": " + kernel.what() + " of layer " + kernel.layer()
                            + " by " + kernel.implementation()
                            + (kernel.isReference() ? ", the library's slow reference code" : ""));
        }
        return network;
    }

    /** Returns the number of examples of each pass. */
    public int batch() {
        return batch;
    }

    /** Returns the shape of an example. */
    public Shape inputShape() {
        return graph.input().shape();
    }

    /** Returns the shape of an example's logits. */
    public Shape outputShape() {
        return graph.output().shape();
    }

    /** Returns the shape of an example's features: what the last layer with parameters works on. */
    public Shape featureShape() {
        return graph.nodes().get(graph.features()).shape();
    }

    /** Returns where the last layer lies in the flat vector, empty where it is not a dense one on features. */
    public Optional<Head> head() {
        return graph.head();
    }

    /** Returns the length of the flat parameter vector. */
    public long parameterCount() {
        return graph.parameters();
    }

    /**
     * Sets all parameters.
     *
     * @param flat Deeplearning4j's flat vector, {@code [parameterCount()]}
     */
    public void setParameters(float[] flat) {
        open();
        weights.setFlat(flat);
        prepare.run();
    }

    /** Writes all parameters, bit for bit those that were set or trained, into Deeplearning4j's flat vector. */
    public void getParameters(float[] flat) {
        open();
        weights.getFlat(flat);
    }

    /** Writes the gradient of the last backward pass in the order of the flat vector; 0 for what is not trained. */
    public void getGradient(float[] flat) {
        open();
        if (use != Use.TRAIN) {
            throw new IllegalStateException("the network was compiled for " + use + ", which has no gradient");
        }
        weights.getFlatGradient(flat);
    }

    /**
     * Runs the forward pass.
     *
     * @param input {@code [batch, channels, height, width]} one after the other
     * @param logits receives the result, {@code [batch, outputs...]}
     */
    public void forward(float[] input, float[] logits) {
        open();
        put(ends.input(), input, "input");
        run(logits);
    }

    /**
     * Runs the forward pass on what is written into the network's own memory.
     *
     * @param input is given {@code [batch, channels, height, width]} to be filled wholly, and must not keep it
     * @param logits receives the result, {@code [batch, outputs...]}
     */
    public void forward(Consumer<FloatBuffer> input, float[] logits) {
        open();
        input.accept(inputMemory);
        run(logits);
    }

    private void run(float[] logits) {
        forward.run();
        get(ends.output(), logits, "logits");
    }

    /** Writes the features of the last forward pass, {@code [batch, features...]}. */
    public void getFeatures(float[] features) {
        open();
        get(ends.features(), features, "features");
    }

    /**
     * Runs the backward pass from the gradient of the logits of the last forward pass.
     *
     * @param logits derivative of the loss by each logit, {@code [batch, outputs...]}
     */
    public void backward(float[] logits) {
        open();
        if (ends.outputGradient() == null) {
            throw new IllegalStateException("the network was compiled for " + use + ", which has no backward pass");
        }
        put(ends.outputGradient(), logits, "gradient of the logits");
        if (ends.featuresGradient() != null) {
            ends.featuresGradient().data().zero();
        }
        backward.run();
    }

    /**
     * Runs the backward pass from gradients of logits and of features at once, as image synthesis needs it; for
     * networks compiled for {@link Use#INPUT_GRADIENT}.
     *
     * @param logits derivative of the loss by each logit, {@code [batch, outputs...]}
     * @param features what is added to the derivative by each feature, {@code [batch, features...]}
     * @param input receives the derivative by each value of the input
     */
    public void backward(float[] logits, float[] features, float[] input) {
        open();
        if (ends.inputGradient() == null) {
            throw new IllegalStateException(
                    "the network was compiled for " + use + ", which has no gradient of the input");
        }
        put(ends.outputGradient(), logits, "gradient of the logits");
        put(ends.featuresGradient(), features, "gradient of the features");
        backward.run();
        get(ends.inputGradient(), input, "gradient of the input");
    }

    /** Draws the masks of all dropout layers anew; without it those of the last draw stay, at first all 0. */
    public void drawDropout(SplittableRandom random) {
        open();
        ends.dropouts().forEach(dropout -> dropout.draw(random));
    }

    /** Returns the parameters in native layout, for whoever moves them without going through the flat vector. */
    Weights weights() {
        return weights;
    }

    /** Has each primitive timed from now on, or not any more. */
    public void profile(boolean on) {
        forward.profile(on);
        backward.profile(on);
    }

    /** Returns the primitives of both passes in their order, with the kernels that oneDNN chose. */
    public List<Kernel> kernels() {
        List<Kernel> kernels = new ArrayList<>(forward.kernels());
        kernels.addAll(backward.kernels());
        return kernels;
    }

    /**
     * Returns the floating-point operations of the products of one example, two a product, in all passes that the network
     * was compiled for.
     */
    public long operations() {
        return graph.operations(use);
    }

    /** Returns how many bytes of native memory parameters, maps and scratch take. */
    public long nativeBytes() {
        return scope.bytes();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            scope.close();
        }
    }

    private void open() {
        if (closed) {
            throw new IllegalStateException("the network is closed");
        }
    }

    private static void put(Tensor to, float[] values, String what) {
        checkLength(to, values, what);
        to.data().put(values);
    }

    private static void get(Tensor from, float[] values, String what) {
        checkLength(from, values, what);
        FloatPointer data = from.data();
        data.get(values);
    }

    private static void checkLength(Tensor tensor, float[] values, String what) {
        if (tensor.layout().floats() != values.length) {
            throw new IllegalArgumentException(
                    "the " + what + " has " + tensor.layout().floats() + " values, not " + values.length);
        }
    }
}
