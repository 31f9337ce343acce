package org.consilium.model.engine;

import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/** A convolution. */
final class ConvolutionCode extends LinearCode {

    private final Window window;

    ConvolutionCode(Context context, Place place, Op.Convolution op) {
        super(context, place, op.weights(), op.bias());
        this.window = op.window();
    }

    @Override
    Layout source() {
        // The network's input stays as it comes: there are kernels for a few plain channels, and reordering costs more.
        return place.node().inputs().get(0) == 0
                ? place.input().out().layout()
                : context.any(place.input().out().layout().dims());
    }

    @Override
    Layout target() {
        return context.any(place.node().shape().dims(context.batch()));
    }

    @Override
    int forward(dnnl_primitive_desc desc, Layouts layouts, dnnl_primitive_attr attributes) {
        return dnnl_convolution_forward_primitive_desc_create(
                desc,
                OneDnn.engine(),
                context.propagation(),
                dnnl_convolution_direct,
                layouts.source(),
                layouts.weights(),
                layouts.bias(),
                layouts.target(),
                window.strides(),
                window.dilates(),
                window.paddingBefore(),
                window.paddingAfter(),
                attributes);
    }

    @Override
    int backwardWeights(dnnl_primitive_desc desc, Layouts layouts, dnnl_primitive_desc hint) {
        return dnnl_convolution_backward_weights_primitive_desc_create(
                desc,
                OneDnn.engine(),
                dnnl_convolution_direct,
                layouts.source(),
                layouts.weights(),
                layouts.bias(),
                layouts.target(),
                window.strides(),
                window.dilates(),
                window.paddingBefore(),
                window.paddingAfter(),
                hint,
                context.emitter().attributes());
    }

    @Override
    int backwardData(dnnl_primitive_desc desc, Layouts layouts, dnnl_primitive_desc hint) {
        return dnnl_convolution_backward_data_primitive_desc_create(
                desc,
                OneDnn.engine(),
                dnnl_convolution_direct,
                layouts.source(),
                layouts.weights(),
                layouts.target(),
                window.strides(),
                window.dilates(),
                window.paddingBefore(),
                window.paddingAfter(),
                hint,
                context.emitter().attributes());
    }
}
