package org.consilium.contract;

/** Bytes that are no valid parameters: names what is wrong with them and what to do next. */
public final class InvalidParametersException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** The first bytes are not those of the binary format. */
        NOT_PARAMETERS,
        /** Written by a newer or older format version than this program reads. */
        UNSUPPORTED_VERSION,
        /** Fewer or more bytes than the header promises. */
        WRONG_SIZE,
        /** Another number of parameters than the architecture has. */
        WRONG_LENGTH,
        /** Parameters of another architecture. */
        WRONG_ARCHITECTURE,
        /** The payload does not have the digest that the header names. */
        WRONG_DIGEST,
        /** A parameter is NaN or infinite. */
        NOT_FINITE
    }

    private final Reason reason;

    /**
     * @param reason what is wrong
     * @param message the thing, what is wrong with it and the next action, in one sentence each
     */
    public InvalidParametersException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Returns what is wrong. */
    public Reason reason() {
        return reason;
    }
}
