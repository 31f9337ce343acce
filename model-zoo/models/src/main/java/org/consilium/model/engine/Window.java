package org.consilium.model.engine;

/**
 * How a kernel moves over maps; each array has height and width.
 *
 * @param kernel its size
 * @param stride its steps
 * @param dilation distance of its neighbouring taps, 1 for a dense kernel
 * @param before padding at the top and the left
 * @param after padding at the bottom and the right; the last step may stay short of it
 */
record Window(int[] kernel, int[] stride, int[] dilation, int[] before, int[] after) {

    long[] kernelSize() {
        return longs(kernel);
    }

    long[] strides() {
        return longs(stride);
    }

    /** oneDNN counts the zeros between taps. */
    long[] dilates() {
        return new long[] {dilation[0] - 1L, dilation[1] - 1L};
    }

    long[] paddingBefore() {
        return longs(before);
    }

    long[] paddingAfter() {
        return longs(after);
    }

    private static long[] longs(int[] pair) {
        return new long[] {pair[0], pair[1]};
    }
}
