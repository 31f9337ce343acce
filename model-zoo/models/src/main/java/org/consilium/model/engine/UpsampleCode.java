package org.consilium.model.engine;

import static org.bytedeco.dnnl.global.dnnl.*;

import java.util.List;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.javacpp.FloatPointer;

/** Each value of a map repeated over a small rectangle; the gradient is the sum over it. */
final class UpsampleCode implements Code {

    private final Context context;
    private final Place place;
    private final FloatPointer factors;
    private dnnl_primitive_desc chosen;
    private Value result;

    UpsampleCode(Context context, Place place, Op.Upsample op) {
        this.context = context;
        this.place = place;
        this.factors = context.scope().own(new FloatPointer(op.height(), op.width()));
    }

    @Override
    public Value forward() {
        Emitter emitter = context.emitter();
        Tensor source = place.input().out();
        long[] dims = place.node().shape().dims(context.batch());
        chosen = emitter.describe(
                "the up-sampling of layer " + place.layer(),
                desc -> dnnl_resampling_forward_primitive_desc_create(
                        desc,
                        OneDnn.engine(),
                        context.propagation(),
                        dnnl_resampling_nearest,
                        factors,
                        source.layout().desc(),
                        context.any(dims).desc(),
                        emitter.attributes()));
        Tensor out = emitter.tensor(emitter.layout(chosen, dnnl_query_dst_md, dims));
        emitter.add(
                context.forward(),
                place.layer(),
                "up-sampling",
                chosen,
                List.of(new Emitter.Argument(DNNL_ARG_SRC, source), new Emitter.Argument(DNNL_ARG_DST, out)));
        result = new Value(place.layer(), out, Activation.NONE, place.inputsNeedGradient(), place.uses());
        return result;
    }

    @Override
    public void backward() {
        if (!result.needsGradient()) {
            return;
        }
        Emitter emitter = context.emitter();
        Program program = context.backward();
        Tensor above = emitter.in(
                program,
                place.layer(),
                result.gradient(emitter, program),
                result.out().layout());
        Layout below = place.input().out().layout();
        dnnl_primitive_desc desc = emitter.describe(
                "the gradient of up-sampling of layer " + place.layer(),
                d -> dnnl_resampling_backward_primitive_desc_create(
                        d,
                        OneDnn.engine(),
                        dnnl_resampling_nearest,
                        factors,
                        below.desc(),
                        above.layout().desc(),
                        chosen,
                        emitter.attributes()));
        Tensor to = emitter.tensor(below);
        emitter.add(
                program,
                place.layer(),
                "gradient of up-sampling",
                desc,
                List.of(new Emitter.Argument(DNNL_ARG_DIFF_DST, above), new Emitter.Argument(DNNL_ARG_DIFF_SRC, to)));
        place.input().addGradient(emitter, program, to, true);
    }
}
