package org.consilium.model.engine;

import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/** A transposed convolution. */
final class DeconvolutionCode extends LinearCode {

    private final Window window;

    DeconvolutionCode(Context context, Place place, Op.Deconvolution op) {
        super(context, place, op.weights(), op.bias());
        this.window = op.window();
    }

    @Override
    Layout source() {
        return place.input().out().layout();
    }

    @Override
    Layout target() {
        return context.any(place.node().shape().dims(context.batch()));
    }

    @Override
    int forward(dnnl_primitive_desc desc, Layouts layouts, dnnl_primitive_attr attributes) {
        return dnnl_deconvolution_forward_primitive_desc_create(
                desc,
                OneDnn.engine(),
                context.propagation(),
                dnnl_deconvolution_direct,
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
        return dnnl_deconvolution_backward_weights_primitive_desc_create(
                desc,
                OneDnn.engine(),
                dnnl_deconvolution_direct,
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
        return dnnl_deconvolution_backward_data_primitive_desc_create(
                desc,
                OneDnn.engine(),
                dnnl_deconvolution_direct,
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
