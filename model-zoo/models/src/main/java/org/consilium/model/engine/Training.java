package org.consilium.model.engine;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;

/**
 * Parameters on their way through training: they, their gradient and the rule's state lie in the native layout of the
 * network that runs now, and are laid out anew only when a network of another batch size takes over and wants another.
 */
public final class Training {

    /**
     * What training does beside following the loss's gradient.
     *
     * @param pull factor of the difference to the centre that is added to each parameter's gradient, 0 or above (Li et
     *     al., 2020, FedProx)
     * @param headPull what is added to that factor for the last layer, 0 or above
     * @param headFrozen whether the last layer stays as it is
     * @param centre flat vector, looked at only if one of the factors is above 0
     */
    public record Terms(double pull, double headPull, boolean headFrozen, float[] centre) {

        /** Nothing beside the loss's gradient. */
        public static final Terms NONE = new Terms(0, 0, false, new float[0]);

        private boolean pulls() {
            return pull > 0 || headPull > 0;
        }
    }

    private final Updating updating;
    private final Terms terms;
    private final double clip;
    private final boolean clipsLayers;
    private CompiledNetwork network;
    private Weights.Weight[] trained;
    private Updating.OfBlock[] blocks;
    private float[] pulls;
    private float[] parameters;
    private float[] gradient;
    private float[] first = {};
    private float[] second = {};
    private float[] centre = {};
    private float[] sum = {};
    private int steps;

    /**
     * Starts to train as a configuration says.
     *
     * @param network the network that runs first, compiled for {@link Use#TRAIN}
     * @param configuration what it was compiled from
     * @param start flat vector to start from
     * @param terms what is done beside following the loss's gradient
     * @throws UnsupportedNetworkException if the configuration trains in a way that is not known here
     */
    public static Training start(
            CompiledNetwork network, MultiLayerConfiguration configuration, float[] start, Terms terms) {
        return new Training(network, start, UpdaterReader.read(configuration), terms, Double.POSITIVE_INFINITY);
    }

    /** Starts to train as the configuration of a graph says; otherwise like the other {@code start}. */
    public static Training start(
            CompiledNetwork network, ComputationGraphConfiguration configuration, float[] start, Terms terms) {
        return new Training(network, start, UpdaterReader.read(configuration), terms, Double.POSITIVE_INFINITY);
    }

    /**
     * @param network the network that runs first
     * @param start flat vector to start from
     * @param updating the rule
     * @param terms what is done beside following the loss's gradient
     * @param clip largest norm of the whole gradient, infinite for none
     */
    Training(CompiledNetwork network, float[] start, Updating updating, Terms terms, double clip) {
        this.network = network;
        this.updating = updating;
        this.terms = terms;
        this.clip = clip;
        this.clipsLayers =
                updating.perBlock().values().stream().anyMatch(block -> block.clip() < Double.POSITIVE_INFINITY);
        int length = network.weights().length();
        parameters = new float[length];
        gradient = new float[length];
        if (!(updating.rule() instanceof Updating.Rule.Sgd)) {
            first = new float[length];
        }
        if (updating.rule() instanceof Updating.Rule.Adam) {
            second = new float[length];
        }
        if (terms.pulls()) {
            centre = new float[length];
            network.setParameters(terms.centre());
            network.weights().values().get(centre);
        }
        network.setParameters(start);
        network.weights().values().get(parameters);
        know();
    }

    /** Looks up once what each step goes through, so that a step allocates nothing. */
    private void know() {
        long head = head();
        trained = network.weights().all().stream()
                .filter(weight -> weight.gradient() != null)
                .filter(weight -> !terms.headFrozen() || weight.block().offset() < head)
                .toArray(Weights.Weight[]::new);
        blocks = new Updating.OfBlock[trained.length];
        Arrays.setAll(blocks, i -> updating.perBlock().get(trained[i].block().name()));
        pulls = new float[trained.length];
        for (int i = 0; i < trained.length; i++) {
            boolean ofHead = trained[i].block().offset() >= head;
            pulls[i] = (float) (terms.pull() + (ofHead ? terms.headPull() : 0));
        }
    }

    /** Returns the index of the first parameter of the last layer, behind all where nothing is particular to it. */
    private long head() {
        if (terms.headPull() == 0 && !terms.headFrozen()) {
            return Long.MAX_VALUE;
        }
        return network.head()
                .orElseThrow(() -> new UnsupportedNetworkException(
                        "a network without a dense last layer, whose last" + " layer is to be frozen or pulled"))
                .offset();
    }

    /** Goes on with a network of another batch size. */
    public void use(CompiledNetwork next) {
        if (next == network) {
            return;
        }
        boolean same = next.weights().sameLayout(network.weights());
        float[] flat = new float[(int) next.parameterCount()];
        // Through setParameters in any case: frozen parameters have forms of their own beside these.
        network.getParameters(flat);
        if (!same) {
            float[] kept = flat.clone();
            first = moved(first, next, flat);
            second = moved(second, next, flat);
            centre = moved(centre, next, flat);
            flat = kept;
            gradient = new float[next.weights().length()];
            parameters = new float[next.weights().length()];
        }
        next.setParameters(flat);
        next.weights().values().get(parameters);
        network = next;
        know();
    }

    private float[] moved(float[] values, CompiledNetwork next, float[] flat) {
        if (values.length == 0) {
            return values;
        }
        network.weights().values().put(values);
        network.getParameters(flat);
        next.setParameters(flat);
        float[] laidOut = new float[next.weights().length()];
        next.weights().values().get(laidOut);
        return laidOut;
    }

    /**
     * Moves the parameters along the mean gradient of the network's last backward pass.
     *
     * @param epoch passes over all images that are done
     * @return whether parameters are finite still
     */
    public boolean step(int epoch) {
        network.weights().gradients().get(gradient);
        return move(epoch);
    }

    private boolean move(int epoch) {
        clipWhole();
        if (clipsLayers) {
            clipLayers();
        }
        double rate = updating.rate().at(steps, epoch);
        for (int i = 0; i < trained.length; i++) {
            move(trained[i], blocks[i], pulls[i], rate, epoch);
        }
        steps++;
        network.weights().values().put(parameters);
        return Moves.areFinite(parameters);
    }

    /** Returns the name of the first array of parameters that is not finite, such as {@code layer2_W}, empty if all are. */
    public Optional<String> broken() {
        for (Weights.Weight weight : trained) {
            for (int i = weight.start(); i < weight.end(); i++) {
                if (!Float.isFinite(parameters[i])) {
                    return Optional.of(weight.block().name());
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Adds the gradient of the network's last backward pass, of a batch of one example, to a sum; clipped before, so that
     * no example moves the sum by more than that (Abadi et al., 2016).
     *
     * @param most largest norm of an example's gradient
     * @return the norm before clipping
     */
    public double addExample(double most) {
        network.weights().gradients().get(gradient);
        if (sum.length == 0) {
            sum = new float[gradient.length];
        }
        double norm = Math.sqrt(Moves.squaredNorm(gradient, 0, gradient.length));
        Moves.add(sum, (float) Math.min(1, most / norm), gradient, 0, gradient.length);
        return norm;
    }

    /**
     * Moves the parameters along the mean of the examples' gradients, and starts a new sum.
     *
     * @param examples how many it is the sum of
     * @param epoch passes over all images that are done
     * @return whether parameters are finite still
     */
    public boolean stepExamples(int examples, int epoch) {
        System.arraycopy(sum, 0, gradient, 0, sum.length);
        Moves.scale(gradient, 1f / examples, 0, gradient.length);
        Arrays.fill(sum, 0);
        return move(epoch);
    }

    /** Writes the parameters into the flat vector. */
    public void getParameters(float[] flat) {
        network.getParameters(flat);
    }

    private void clipWhole() {
        if (clip < Double.POSITIVE_INFINITY) {
            double norm = Math.sqrt(Moves.squaredNorm(gradient, 0, gradient.length));
            if (norm > clip) {
                Moves.scale(gradient, (float) (clip / norm), 0, gradient.length);
            }
        }
    }

    private void clipLayers() {
        Map<String, Double> squares = new HashMap<>();
        for (int i = 0; i < trained.length; i++) {
            double square = Moves.squaredNorm(gradient, trained[i].start(), trained[i].end());
            squares.merge(blocks[i].layer(), square, Double::sum);
        }
        for (int i = 0; i < trained.length; i++) {
            double norm = Math.sqrt(squares.get(blocks[i].layer()));
            if (norm > blocks[i].clip()) {
                float factor = (float) (blocks[i].clip() / norm);
                Moves.scale(gradient, factor, trained[i].start(), trained[i].end());
            }
        }
    }

    private void move(Weights.Weight weight, Updating.OfBlock block, float pull, double rate, int epoch) {
        int from = weight.start();
        int to = weight.end();
        double l2 = block.l2().at(steps, epoch);
        if (l2 != 0) {
            Moves.add(gradient, (float) l2, parameters, from, to);
        }
        if (pull != 0) {
            Moves.addDifference(gradient, pull, parameters, centre, from, to);
        }
        double decay =
                block.decay().at(steps, epoch) + rate * block.decayByRate().at(steps, epoch);
        if (decay != 0) {
            // Deeplearning4j takes the decay off by the parameters before the step: shrink first, then move.
            Moves.scale(parameters, (float) (1 - decay), from, to);
        }
        if (updating.rule() instanceof Updating.Rule.Nesterov nesterov) {
            float momentum = (float) nesterov.momentum().at(steps, epoch);
            Moves.nesterov(parameters, gradient, first, (float) rate, momentum, from, to);
        } else if (updating.rule() instanceof Updating.Rule.HeavyBall ball) {
            Moves.heavyBall(parameters, gradient, first, (float) rate, ball.momentum(), from, to);
        } else if (updating.rule() instanceof Updating.Rule.Adam adam) {
            double corrected =
                    rate * Math.sqrt(1 - Math.pow(adam.beta2(), steps + 1)) / (1 - Math.pow(adam.beta1(), steps + 1));
            Moves.adam(
                    parameters,
                    gradient,
                    first,
                    second,
                    (float) corrected,
                    (float) adam.beta1(),
                    (float) adam.beta2(),
                    (float) adam.epsilon(),
                    from,
                    to);
        } else {
            Moves.sgd(parameters, gradient, (float) rate, from, to);
        }
    }
}
