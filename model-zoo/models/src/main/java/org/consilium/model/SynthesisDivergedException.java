package org.consilium.model;

/** Synthesis that ran into values that are not finite; nothing of it is to be used. */
public final class SynthesisDivergedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** @param message what happened where, and what to change */
    SynthesisDivergedException(String message) {
        super(message);
    }
}
