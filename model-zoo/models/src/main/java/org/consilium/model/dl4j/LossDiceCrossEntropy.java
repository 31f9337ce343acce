package org.consilium.model.dl4j;

import java.util.Objects;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Dice plus cross-entropy as a loss of Deeplearning4j, which has neither Dice nor a mixture: for a softmax over the
 * classes of each position, given as rows {@code [positions of all examples, classes]} as {@code CnnLossLayer} gives them.
 *
 * <p>Soft Dice (Milletari, Navab, Ahmadi, 2016, with the denominator of sums, not of squares) of class k over all rows:
 * (2 sum p_k y_k + s) / (sum p_k + sum y_k + s). Loss: share (1 - mean over k of dice_k) + (1 - share) mean
 * cross-entropy. As with Deeplearning4j's own losses a sum over rows is given, here rows times the loss, which the network
 * then divides by the number of examples.
 */
public final class LossDiceCrossEntropy implements ILossFunction {

    private static final long serialVersionUID = 1L;

    private final double share;
    private final double smoothing;

    /**
     * @param share of the Dice loss, 0 to 1
     * @param smoothing s above 0: a class that is nowhere, and is found nowhere, has a Dice of 1
     */
    public LossDiceCrossEntropy(@JsonProperty("share") double share, @JsonProperty("smoothing") double smoothing) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share of Dice " + share + " is not valid: use 0 to 1");
        }
        if (!(smoothing > 0)) {
            throw new IllegalArgumentException("smoothing " + smoothing + " is not valid: use a number above 0");
        }
        this.share = share;
        this.smoothing = smoothing;
    }

    /** Returns the share of the Dice loss. */
    public double getShare() {
        return share;
    }

    /** Returns what is added to both sides of each fraction. */
    public double getSmoothing() {
        return smoothing;
    }

    /** Returns the loss, times the number of rows unless {@code average}. */
    @Override
    public double computeScore(
            INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
        check(labels, preOutput, activation, mask);
        INDArray p = Transforms.softmax(preOutput, true);
        INDArray dice = twiceOverlap(p, labels).divi(sizes(p, labels));
        INDArray logarithms = Transforms.log(Transforms.max(p, Float.MIN_NORMAL), false);
        double entropy = -labels.mul(logarithms).sumNumber().doubleValue() / labels.size(0);
        double loss = share * (1 - dice.meanNumber().doubleValue()) + (1 - share) * entropy;
        return average ? loss : loss * labels.size(0);
    }

    /** @throws UnsupportedOperationException always: a Dice is of all rows together */
    @Override
    public INDArray computeScoreArray(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        throw new UnsupportedOperationException(
                "a Dice is of all positions together, not of each example; use the score");
    }

    @Override
    public INDArray computeGradient(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        check(labels, preOutput, activation, mask);
        INDArray p = Transforms.softmax(preOutput, true);
        INDArray sizes = sizes(p, labels);
        // by p: - (2 y size - (2 overlap + s)) / size^2 / classes
        INDArray byProbability = labels.mul(2)
                .muliRowVector(sizes)
                .subiRowVector(twiceOverlap(p, labels))
                .diviRowVector(sizes.mul(sizes))
                .divi(-labels.size(1));
        INDArray mean = byProbability.mul(p).sum(true, 1);
        INDArray ofDice = byProbability.subiColumnVector(mean).muli(p).muli(share * labels.size(0));
        INDArray ofEntropy = p.mulColumnVector(labels.sum(true, 1)).subi(labels).muli(1 - share);
        return ofDice.addi(ofEntropy);
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
        return Pair.of(
                computeScore(labels, preOutput, activation, mask, average),
                computeGradient(labels, preOutput, activation, mask));
    }

    /** 2 sum p y + s of each class. */
    private INDArray twiceOverlap(INDArray p, INDArray labels) {
        return p.mul(labels).sum(true, 0).muli(2).addi(smoothing);
    }

    /** sum p + sum y + s of each class. */
    private INDArray sizes(INDArray p, INDArray labels) {
        return p.sum(true, 0).addi(labels.sum(true, 0)).addi(smoothing);
    }

    private static void check(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        if (!(activation instanceof ActivationSoftmax)) {
            throw new IllegalArgumentException("Dice plus cross-entropy is of a softmax, not of " + activation);
        }
        if (mask != null) {
            throw new IllegalArgumentException("Dice plus cross-entropy knows no mask; leave masked images out");
        }
        if (!labels.equalShapes(preOutput)) {
            throw new IllegalArgumentException("labels of the shape " + labels.shapeInfoToString()
                    + " do not go with outputs of the shape " + preOutput.shapeInfoToString());
        }
    }

    @Override
    public String name() {
        return "DICE_MCXENT";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LossDiceCrossEntropy loss
                && Double.compare(share, loss.share) == 0
                && Double.compare(smoothing, loss.smoothing) == 0;
    }

    @Override
    public int hashCode() {
        return Objects.hash(share, smoothing);
    }
}
