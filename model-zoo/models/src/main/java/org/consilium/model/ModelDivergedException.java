package org.consilium.model;

/** A model whose parameters are finite gives outputs that are not: its training diverged. */
public final class ModelDivergedException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /**
     * @param output what the model gave
     */
    ModelDivergedException(double output) {
        super("the model's output is " + output + "; its training diverged, use the model of an earlier round");
    }
}
