package org.consilium.model.engine;

/** A configuration that this engine does not run; Deeplearning4j does. */
public final class UnsupportedNetworkException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message which layer, and what of it */
    UnsupportedNetworkException(String message) {
        super(message);
    }
}
