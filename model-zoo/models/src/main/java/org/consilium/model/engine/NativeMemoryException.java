package org.consilium.model.engine;

/** There is no native memory left for a network. */
public final class NativeMemoryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NativeMemoryException(long wanted, long held, OutOfMemoryError cause) {
        super(
                "no native memory is left: " + wanted + " bytes more were wanted for a network that holds " + held
                        + " already; use a smaller batch, or give the process more (-Dorg.bytedeco.javacpp.maxbytes)",
                cause);
    }
}
