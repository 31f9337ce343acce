package org.consilium.model.dl4j;

import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;

/** The arithmetic of {@link HeavyBall}: turns a gradient in place into what is taken off the parameters. */
final class HeavyBallUpdater implements GradientUpdater<HeavyBall> {

    private final HeavyBall config;
    private INDArray velocity;

    HeavyBallUpdater(HeavyBall config) {
        this.config = config;
    }

    @Override
    public HeavyBall getConfig() {
        return config;
    }

    @Override
    public void setState(Map<String, INDArray> state, boolean initialise) {
        if (!state.keySet().equals(Set.of(HeavyBall.VELOCITY))) {
            throw new IllegalArgumentException("the state of momentum is its velocity, not " + state.keySet());
        }
        velocity = state.get(HeavyBall.VELOCITY);
        if (initialise) {
            velocity.assign(0);
        }
    }

    @Override
    public Map<String, INDArray> getState() {
        return Map.of(HeavyBall.VELOCITY, velocity);
    }

    @Override
    public void setStateViewArray(INDArray view, long[] shape, char order, boolean initialise) {
        velocity = view.reshape(order, shape);
        if (initialise) {
            velocity.assign(0);
        }
    }

    @Override
    public void applyUpdater(INDArray gradient, int iteration, int epoch) {
        double rate = config.getLearningRate(iteration, epoch);
        velocity.muli(config.getMomentum()).subi(gradient.mul(rate));
        gradient.assign(velocity).negi();
    }
}
