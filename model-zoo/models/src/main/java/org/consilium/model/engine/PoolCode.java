package org.consilium.model.engine;

import static org.bytedeco.dnnl.global.dnnl.*;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/** Pooling over windows; over whole maps where the window is as large as they are. */
final class PoolCode implements Code {

    private static final long[] DENSE = {0, 0};

    private final Context context;
    private final Place place;
    private final Window window;
    private final int algorithm;
    private dnnl_primitive_desc chosen;
    private Tensor workspace;
    private Value result;

    PoolCode(Context context, Place place, Op.Pool op) {
        this.context = context;
        this.place = place;
        this.window = op.window();
        this.algorithm = switch (op.pooling()) {
            case MAX -> dnnl_pooling_max;
            case MEAN_WITH_PADDING -> dnnl_pooling_avg_include_padding;
            case MEAN_WITHOUT_PADDING -> dnnl_pooling_avg_exclude_padding;
        };
    }

    @Override
    public Value forward() {
        Emitter emitter = context.emitter();
        Tensor source = place.input().out();
        long[] dims = place.node().shape().dims(context.batch());
        chosen = emitter.describe(
                "the pooling of layer " + place.layer(),
                desc -> dnnl_pooling_forward_primitive_desc_create(
                        desc,
                        OneDnn.engine(),
                        context.propagation(),
                        algorithm,
                        source.layout().desc(),
                        context.any(dims).desc(),
                        window.strides(),
                        window.kernelSize(),
                        DENSE,
                        window.paddingBefore(),
                        window.paddingAfter(),
                        emitter.attributes()));
        Tensor out = emitter.tensor(emitter.layout(chosen, dnnl_query_dst_md, dims));
        List<Emitter.Argument> arguments = new ArrayList<>(
                List.of(new Emitter.Argument(DNNL_ARG_SRC, source), new Emitter.Argument(DNNL_ARG_DST, out)));
        Layout remembered = emitter.layout(chosen, dnnl_query_workspace_md);
        if (remembered.floats() > 0) {
            workspace = emitter.tensor(remembered);
            arguments.add(new Emitter.Argument(DNNL_ARG_WORKSPACE, workspace));
        }
        emitter.add(context.forward(), place.layer(), "pooling", chosen, arguments);
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
        Value input = place.input();
        Tensor gradient = emitter.in(
                program,
                place.layer(),
                result.gradient(emitter, program),
                result.out().layout());
        if (algorithm == dnnl_pooling_max && input.isUsedOnce() && input.owed().commutesWithMaxPool()) {
            // The same gradient from a fraction of the data: what a window passes on is what its maximum passes on.
            Tensor masked = emitter.tensor(gradient.layout());
            emitter.derivative(program, place.layer(), input.owed(), result.out(), gradient, masked);
            gradient = masked;
            input.settle();
        }
        Tensor above = gradient;
        Layout below = input.out().layout();
        dnnl_primitive_desc desc = emitter.describe(
                "the gradient of pooling of layer " + place.layer(),
                d -> dnnl_pooling_backward_primitive_desc_create(
                        d,
                        OneDnn.engine(),
                        algorithm,
                        below.desc(),
                        above.layout().desc(),
                        window.strides(),
                        window.kernelSize(),
                        DENSE,
                        window.paddingBefore(),
                        window.paddingAfter(),
                        chosen,
                        emitter.attributes()));
        Tensor to = emitter.tensor(below);
        List<Emitter.Argument> arguments = new ArrayList<>(
                List.of(new Emitter.Argument(DNNL_ARG_DIFF_DST, above), new Emitter.Argument(DNNL_ARG_DIFF_SRC, to)));
        if (workspace != null) {
            arguments.add(new Emitter.Argument(DNNL_ARG_WORKSPACE, workspace));
        }
        emitter.add(program, place.layer(), "gradient of pooling", desc, arguments);
        input.addGradient(emitter, program, to, true);
    }
}
