package org.consilium.model.dl4j;

import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Classical momentum (Polyak, 1964) as a rule of Deeplearning4j, which has Nesterov's alone: v = momentum v - rate g; p = p
 * + v. With a constant rate it is what PyTorch's SGD does with {@code momentum}.
 */
public final class HeavyBall implements IUpdater {

    private static final long serialVersionUID = 1L;

    /** Written into the state of Deeplearning4j's updaters. */
    static final String VELOCITY = "V";

    private double learningRate;
    private ISchedule learningRateSchedule;
    private final double momentum;

    /**
     * @param learningRate above 0
     * @param momentum 0 to below 1
     */
    public HeavyBall(double learningRate, double momentum) {
        this(learningRate, null, momentum);
    }

    /**
     * @param learningRate above 0, unless there is a schedule
     * @param learningRateSchedule null for a constant rate
     * @param momentum 0 to below 1
     */
    public HeavyBall(
            @JsonProperty("learningRate") double learningRate,
            @JsonProperty("learningRateSchedule") ISchedule learningRateSchedule,
            @JsonProperty("momentum") double momentum) {
        if (learningRateSchedule == null && !(learningRate > 0)) {
            throw new IllegalArgumentException("learning rate " + learningRate + " is not valid: use a number above 0");
        }
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException("momentum " + momentum + " is not valid: use 0 to below 1");
        }
        this.learningRate = learningRate;
        this.learningRateSchedule = learningRateSchedule;
        this.momentum = momentum;
    }

    /** Returns the share of the last move that is kept. */
    public double getMomentum() {
        return momentum;
    }

    @Override
    public long stateSize(long parameters) {
        return parameters;
    }

    @Override
    public GradientUpdater<HeavyBall> instantiate(INDArray view, boolean initialise) {
        HeavyBallUpdater updater = new HeavyBallUpdater(this);
        updater.setStateViewArray(view, view.shape(), view.ordering(), initialise);
        return updater;
    }

    @Override
    public GradientUpdater<HeavyBall> instantiate(Map<String, INDArray> state, boolean initialise) {
        HeavyBallUpdater updater = new HeavyBallUpdater(this);
        updater.setState(state, initialise);
        return updater;
    }

    @Override
    public double getLearningRate(int iteration, int epoch) {
        return learningRateSchedule == null ? learningRate : learningRateSchedule.valueAt(iteration, epoch);
    }

    @Override
    public boolean hasLearningRate() {
        return true;
    }

    @Override
    public void setLrAndSchedule(double rate, ISchedule schedule) {
        learningRate = rate;
        learningRateSchedule = schedule;
    }

    /** As {@link IUpdater} declares it; there is nothing in it that two could not share. */
    @Override
    public HeavyBall clone() {
        return new HeavyBall(learningRate, learningRateSchedule, momentum);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeavyBall ball
                && Double.compare(learningRate, ball.learningRate) == 0
                && Double.compare(momentum, ball.momentum) == 0
                && Objects.equals(learningRateSchedule, ball.learningRateSchedule);
    }

    @Override
    public int hashCode() {
        return Objects.hash(learningRate, momentum, learningRateSchedule);
    }
}
