package org.consilium.model.engine;

/**
 * One array of parameters within the flat vector.
 *
 * @param name layer and parameter as Deeplearning4j names them, such as {@code 0_W}
 * @param offset index of its first value in the flat vector
 * @param dims sizes in the order that oneDNN wants
 * @param strides distance, in values of the flat vector, between neighbours of each dimension
 * @param trained whether training moves it
 */
record Block(String name, long offset, long[] dims, long[] strides, boolean trained) {

    /** A vector of one value a channel. */
    static Block vector(String name, long offset, long size, boolean trained) {
        return new Block(name, offset, new long[] {size}, new long[] {1}, trained);
    }

    /** An array whose last dimension varies fastest. */
    static Block rows(String name, long offset, boolean trained, long... dims) {
        long[] strides = new long[dims.length];
        long stride = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= dims[i];
        }
        return new Block(name, offset, dims, strides, trained);
    }

    long size() {
        long size = 1;
        for (long dim : dims) {
            size *= dim;
        }
        return size;
    }
}
