package org.consilium.quickstart;

/** Something that went wrong and that the user can act upon: names the thing and the next action. Exit code 1. */
public class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message the thing, what is wrong with it and what to do next
     */
    public CommandFailure(String message) {
        super(message);
    }

    /**
     * @param message the thing, what is wrong with it and what to do next
     * @param cause for {@code --verbose}
     */
    public CommandFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
