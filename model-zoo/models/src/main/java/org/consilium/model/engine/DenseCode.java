package org.consilium.model.engine;

import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/** A fully connected layer; over maps it takes them as they lie, so that nothing has to be flattened. */
final class DenseCode extends LinearCode {

    DenseCode(Context context, Place place, Op.Dense op) {
        super(context, place, op.weights(), op.bias());
    }

    @Override
    Layout source() {
        return place.input().out().layout();
    }

    @Override
    Layout target() {
        return Layout.plain(context.scope(), place.node().shape().dims(context.batch()));
    }

    /** In the weights' own layout: reordering a large matrix costs more than a kernel that likes another one saves. */
    @Override
    Layout backwardWeightLayout() {
        return weightLayout();
    }

    @Override
    Layout gradientTarget() {
        return target();
    }

    @Override
    int forward(dnnl_primitive_desc desc, Layouts layouts, dnnl_primitive_attr attributes) {
        return dnnl_inner_product_forward_primitive_desc_create(
                desc,
                OneDnn.engine(),
                context.propagation(),
                layouts.source(),
                layouts.weights(),
                layouts.bias(),
                layouts.target(),
                attributes);
    }

    @Override
    int backwardWeights(dnnl_primitive_desc desc, Layouts layouts, dnnl_primitive_desc hint) {
        return dnnl_inner_product_backward_weights_primitive_desc_create(
                desc,
                OneDnn.engine(),
                layouts.source(),
                layouts.weights(),
                layouts.bias(),
                layouts.target(),
                hint,
                context.emitter().attributes());
    }

    @Override
    int backwardData(dnnl_primitive_desc desc, Layouts layouts, dnnl_primitive_desc hint) {
        return dnnl_inner_product_backward_data_primitive_desc_create(
                desc,
                OneDnn.engine(),
                layouts.source(),
                layouts.weights(),
                layouts.target(),
                hint,
                context.emitter().attributes());
    }
}
