package org.consilium.model.engine;

/** What a network is compiled for: what is not needed is not computed and takes no memory. */
public enum Use {
    /** Results and the gradient of the parameters. */
    TRAIN,
    /** Results and the gradient of the input; parameters are frozen and get none. */
    INPUT_GRADIENT,
    /** Results only. */
    INFER
}
