package org.consilium.model.engine;

import org.deeplearning4j.nn.conf.ConvolutionMode;

/** How kernels move, by Deeplearning4j's rules for its convolution modes. */
final class Windows {

    private Windows() {}

    /**
     * Returns the window of a convolution or of pooling. Mode {@code Same} pads so that the result has one value a
     * stride, the odd row or column at the end; the others pad as told on both sides.
     */
    static Window of(
            String layer, int[] kernel, int[] stride, int[] dilation, int[] padding, ConvolutionMode mode, Shape from) {
        if (!from.isMaps()) {
            throw new UnsupportedNetworkException("layer '" + layer + "', which takes maps and is given " + from);
        }
        int[] before = new int[2];
        int[] after = new int[2];
        int[] size = {from.height(), from.width()};
        for (int i = 0; i < 2; i++) {
            int reach = (kernel[i] - 1) * dilation[i] + 1;
            if (mode == ConvolutionMode.Same) {
                int out = (size[i] + stride[i] - 1) / stride[i];
                int total = (out - 1) * stride[i] + reach - size[i];
                // -1 where the last stride begins behind the last kernel: nothing is padded.
                if (total < -1) {
                    throw new UnsupportedNetworkException(
                            "layer '" + layer + "', whose stride is larger than its kernel");
                }
                before[i] = total / 2;
                after[i] = (total + 1) / 2;
            } else if (mode == ConvolutionMode.Truncate || mode == ConvolutionMode.Strict) {
                before[i] = padding[i];
                after[i] = padding[i];
            } else {
                throw new UnsupportedNetworkException("layer '" + layer + "' in the mode " + mode);
            }
        }
        return new Window(kernel, stride, dilation, before, after);
    }

    static Shape result(String layer, Window window, Shape from, int channels) {
        int height = result(window, 0, from.height());
        int width = result(window, 1, from.width());
        if (height < 1 || width < 1) {
            throw new UnsupportedNetworkException(
                    "layer '" + layer + "', whose kernel is larger than the " + from + " that it is given");
        }
        return new Shape(channels, height, width);
    }

    private static int result(Window window, int i, int size) {
        int reach = (window.kernel()[i] - 1) * window.dilation()[i] + 1;
        int room = size + window.before()[i] + window.after()[i] - reach;
        return room < 0 ? 0 : room / window.stride()[i] + 1;
    }

    /** Returns the window of a transposed convolution; mode {@code Same} makes the result a stride times as large. */
    static Window transposed(
            String layer, int[] kernel, int[] stride, int[] dilation, int[] padding, ConvolutionMode mode) {
        int[] before = new int[2];
        int[] after = new int[2];
        for (int i = 0; i < 2; i++) {
            int reach = (kernel[i] - 1) * dilation[i] + 1;
            if (mode == ConvolutionMode.Same) {
                int total = reach - stride[i];
                if (total < 0) {
                    throw new UnsupportedNetworkException(
                            "layer '" + layer + "', whose stride is larger than its kernel");
                }
                before[i] = total / 2;
                after[i] = total - before[i];
            } else if (mode == ConvolutionMode.Truncate || mode == ConvolutionMode.Strict) {
                before[i] = padding[i];
                after[i] = padding[i];
            } else {
                throw new UnsupportedNetworkException("layer '" + layer + "' in the mode " + mode);
            }
        }
        return new Window(kernel, stride, dilation, before, after);
    }

    static Shape transposedResult(Window window, Shape from, int channels) {
        return new Shape(
                channels, transposedResult(window, 0, from.height()), transposedResult(window, 1, from.width()));
    }

    private static int transposedResult(Window window, int i, int size) {
        int reach = (window.kernel()[i] - 1) * window.dilation()[i] + 1;
        return window.stride()[i] * (size - 1) + reach - window.before()[i] - window.after()[i];
    }
}
