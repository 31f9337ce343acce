package org.consilium.model.engine;

import org.bytedeco.dnnl.global.dnnl;

/**
 * An element-wise function whose derivative follows from its result alone, so that its input need not be kept.
 *
 * @param kind which
 * @param slope of the negative side of {@code RELU}, 0 or above; not used by the others
 */
record Activation(Kind kind, float slope) {

    enum Kind {
        IDENTITY(0, 0),
        RELU(dnnl.dnnl_eltwise_relu, dnnl.dnnl_eltwise_relu_use_dst_for_bwd),
        TANH(dnnl.dnnl_eltwise_tanh, dnnl.dnnl_eltwise_tanh_use_dst_for_bwd),
        SIGMOID(dnnl.dnnl_eltwise_logistic, dnnl.dnnl_eltwise_logistic_use_dst_for_bwd);

        private final int forward;
        private final int backward;

        Kind(int forward, int backward) {
            this.forward = forward;
            this.backward = backward;
        }
    }

    static final Activation NONE = new Activation(Kind.IDENTITY, 0);

    Activation {
        if (!(slope >= 0)) {
            throw new UnsupportedNetworkException("a leaky ReLU with the negative slope " + slope);
        }
    }

    boolean isNone() {
        return kind == Kind.IDENTITY;
    }

    int forward() {
        return kind.forward;
    }

    int backward() {
        return kind.backward;
    }

    /** Whether the mask of the gradient can be taken after a max pool: the largest of a window decides its sign. */
    boolean commutesWithMaxPool() {
        return kind == Kind.RELU;
    }
}
