package org.consilium.quickstart;

/** A server or site node gave no answer; it may give one later. */
final class Unreachable extends CommandFailure {

    private static final long serialVersionUID = 1L;

    /**
     * @param message who was asked for what, and what to do
     * @param cause why there was no answer
     */
    Unreachable(String message, Throwable cause) {
        super(message, cause);
    }
}
