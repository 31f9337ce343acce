package org.consilium.model.engine;

import static org.bytedeco.dnnl.global.dnnl.*;

import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/** Channels of several inputs one after the other. */
final class ConcatCode implements Code {

    private static final int CHANNELS = 1;

    private final Context context;
    private final Place place;
    private Value result;

    ConcatCode(Context context, Place place) {
        this.context = context;
        this.place = place;
    }

    @Override
    public Value forward() {
        Emitter emitter = context.emitter();
        List<Tensor> inputs = place.inputs().stream().map(Value::out).toList();
        long[] dims = place.node().shape().dims(context.batch());
        dnnl_primitive_desc desc = emitter.describeMany(
                "joining in layer " + place.layer(),
                inputs,
                (made, layouts) -> dnnl_concat_primitive_desc_create(
                        made,
                        OneDnn.engine(),
                        context.any(dims).desc(),
                        inputs.size(),
                        CHANNELS,
                        layouts,
                        emitter.attributes()));
        Tensor out = emitter.tensor(emitter.layout(desc, dnnl_query_dst_md, dims));
        emitter.add(context.forward(), place.layer(), "joining", desc, Emitter.many(inputs, out));
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
        Tensor gradient = result.gradient(emitter, program);
        Tensor plain = null;
        long offset = 0;
        for (Value input : place.inputs()) {
            long[] dims = input.out().layout().dims();
            if (input.needsGradient()) {
                long[] from = new long[dims.length];
                from[CHANNELS] = offset;
                Optional<Layout> part = gradient.layout().part(context.scope(), dims, from);
                Tensor whole = gradient;
                if (part.isEmpty()) {
                    // Channels of a block of 16 belong to two inputs: cut plain rows instead.
                    plain = plain != null
                            ? plain
                            : emitter.in(
                                    program,
                                    place.layer(),
                                    gradient,
                                    Layout.plain(
                                            context.scope(), gradient.layout().dims()));
                    whole = plain;
                    part = plain.layout().part(context.scope(), dims, from);
                }
                Tensor slice = emitter.at(part.orElseThrow(), whole.data());
                Tensor own = emitter.tensor(input.out().layout());
                emitter.reorder(program, place.layer(), "split", slice, own);
                input.addGradient(emitter, program, own, true);
            }
            offset += dims[CHANNELS];
        }
    }
}
