package org.consilium.quickstart.platform;

/** A part could not be started, reached or stopped; the message names the thing and the next action, for a person. */
public final class PlatformException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates one with a message that stands alone. */
    public PlatformException(String message) {
        super(message);
    }

    /** Creates one with a message that stands alone, and its cause for the log. */
    public PlatformException(String message, Throwable cause) {
        super(message, cause);
    }
}
