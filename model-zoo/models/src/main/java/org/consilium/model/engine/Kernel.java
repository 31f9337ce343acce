package org.consilium.model.engine;

/**
 * One primitive of a compiled network.
 *
 * @param layer the layer that it works for
 * @param what what it does, such as {@code forward}, {@code weights' gradient}, {@code reorder}
 * @param implementation oneDNN's name of the kernel that it chose
 * @param milliseconds mean time of a run, 0 where it was not profiled
 */
public record Kernel(String layer, String what, String implementation, double milliseconds) {

    /** Returns whether this is oneDNN's reference code, which is 30 to 1,000 times slower than a real kernel. */
    public boolean isReference() {
        return implementation.startsWith("ref") || implementation.contains(":ref:");
    }
}
