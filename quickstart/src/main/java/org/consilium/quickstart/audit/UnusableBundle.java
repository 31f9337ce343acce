package org.consilium.quickstart.audit;

/** There is nothing to verify: names the file, what is wrong with it and what to do next. Exit code 2. */
public final class UnusableBundle extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message the file, what is wrong with it and what to do next
     */
    public UnusableBundle(String message) {
        super(message);
    }

    UnusableBundle(String message, Throwable cause) {
        super(message, cause);
    }
}
