package org.consilium.model;

/** Training made a loss or a parameter NaN or infinite: names the step and what to do. */
public final class TrainingDivergedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long step;

    /**
     * @param step the batch, counted from 1, after which it was seen
     * @param what what is not finite
     */
    public TrainingDivergedException(long step, String what) {
        super(what + " at step " + step + "; training diverged, lower the learning rate and train again");
        this.step = step;
    }

    /** Returns the batch, counted from 1, after which it was seen. */
    public long step() {
        return step;
    }
}
