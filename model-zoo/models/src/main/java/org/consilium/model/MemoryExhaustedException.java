package org.consilium.model;

/** There is too little memory outside the heap for a network and its batch: says what to do. */
public final class MemoryExhaustedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message how much was wanted, and what to do
     * @param cause where it was noticed
     */
    MemoryExhaustedException(String message, Throwable cause) {
        super(message, cause);
    }
}
