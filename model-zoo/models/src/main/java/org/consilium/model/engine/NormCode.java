package org.consilium.model.engine;

import static org.bytedeco.dnnl.global.dnnl.*;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * Normalisation by oneDNN's batch normalisation: with statistics and a scale that stay as they are, or over each map of
 * each example, as batch normalisation of one example whose channels are all maps of the batch (its group normalisation
 * has only reference code for the gradient).
 */
final class NormCode implements Code {

    private static final int CHANNEL_BLOCK = 16;

    private final Context context;
    private final Place place;
    private final float epsilon;
    private final boolean frozen;
    private final boolean fusedRelu;
    private final int flags;
    private final List<Emitter.Argument> statistics = new ArrayList<>();
    private final List<Emitter.Argument> remembered = new ArrayList<>();
    private Layout layout;
    private Layout seen;
    private Tensor source;
    private dnnl_primitive_desc chosen;
    private Value result;

    NormCode(Context context, Place place, Op.FrozenNorm op) {
        this(context, place, op.epsilon(), true, dnnl_use_global_stats | dnnl_use_scale | dnnl_use_shift);
        argument(DNNL_ARG_SCALE, parameter(op.gamma()));
        argument(DNNL_ARG_SHIFT, parameter(op.beta()));
        argument(DNNL_ARG_MEAN, parameter(op.mean()));
        Tensor spread = parameter(op.spread());
        argument(DNNL_ARG_VARIANCE, op.isLogarithm() ? variance(spread) : spread);
    }

    NormCode(Context context, Place place, Op.InstanceNorm op) {
        this(context, place, op.epsilon(), false, dnnl_normalization_flags_none);
    }

    private NormCode(Context context, Place place, float epsilon, boolean frozen, int flags) {
        Activation activation = place.node().op().activation();
        this.context = context;
        this.place = place;
        this.epsilon = epsilon;
        this.frozen = frozen;
        this.fusedRelu = activation.kind() == Activation.Kind.RELU && activation.slope() == 0;
        this.flags = fusedRelu ? flags | dnnl_fuse_norm_relu : flags;
    }

    private void argument(int index, Tensor tensor) {
        statistics.add(new Emitter.Argument(index, tensor));
    }

    private Tensor parameter(Block block) {
        return context.weights()
                .add(block, Layout.plain(context.scope(), block.dims()))
                .value();
    }

    /** 10^(2 x) = exp(2 ln(10) x), once for all passes. */
    private Tensor variance(Tensor logarithms) {
        Emitter emitter = context.emitter();
        Tensor scaled = emitter.tensor(logarithms.layout());
        Tensor variances = emitter.tensor(logarithms.layout());
        float factor = (float) (2 * Math.log(10));
        emitter.function(context.prepare(), place.layer(), dnnl_eltwise_linear, factor, logarithms, scaled);
        emitter.function(context.prepare(), place.layer(), dnnl_eltwise_exp, 0, scaled, variances);
        return variances;
    }

    @Override
    public Value forward() {
        Emitter emitter = context.emitter();
        Program program = context.forward();
        long[] dims = place.node().shape().dims(context.batch());
        layout = frozen ? place.input().out().layout() : channelBlocks(dims);
        seen = frozen ? layout : channelBlocks(1, dims[0] * dims[1], dims[2], dims[3]);
        source = emitter.in(program, place.layer(), place.input().out(), layout);
        chosen = emitter.describe(
                "the normalisation of layer " + place.layer(),
                desc -> dnnl_batch_normalization_forward_primitive_desc_create(
                        desc,
                        OneDnn.engine(),
                        frozen ? context.propagation() : dnnl_forward_training,
                        seen.desc(),
                        seen.desc(),
                        epsilon,
                        flags,
                        emitter.attributes()));
        if (!frozen) {
            Layout perMap = Layout.plain(context.scope(), dims[0] * dims[1]);
            argument(DNNL_ARG_MEAN, emitter.tensor(perMap));
            argument(DNNL_ARG_VARIANCE, emitter.tensor(perMap));
        }
        Layout mask = emitter.layout(chosen, dnnl_query_workspace_md);
        if (mask.floats() > 0) {
            remembered.add(new Emitter.Argument(DNNL_ARG_WORKSPACE, emitter.tensor(mask)));
        }
        Tensor out = emitter.tensor(layout);
        List<Emitter.Argument> arguments = new ArrayList<>(statistics);
        arguments.addAll(remembered);
        arguments.add(new Emitter.Argument(DNNL_ARG_SRC, view(source)));
        arguments.add(new Emitter.Argument(DNNL_ARG_DST, view(out)));
        emitter.add(program, place.layer(), "normalisation", chosen, arguments);
        Activation activation = place.node().op().activation();
        Activation owed = fusedRelu ? Activation.NONE : activation;
        if (!owed.isNone()) {
            emitter.function(program, place.layer(), owed.forward(), owed.slope(), out, out);
        }
        result = new Value(place.layer(), out, owed, place.inputsNeedGradient(), place.uses());
        return result;
    }

    @Override
    public void backward() {
        if (!result.needsGradient()) {
            return;
        }
        Emitter emitter = context.emitter();
        Program program = context.backward();
        Tensor above = emitter.in(program, place.layer(), result.gradient(emitter, program), layout);
        dnnl_primitive_desc desc = emitter.describe(
                "the gradient of normalisation of layer " + place.layer(),
                d -> dnnl_batch_normalization_backward_primitive_desc_create(
                        d,
                        OneDnn.engine(),
                        dnnl_backward_data,
                        seen.desc(),
                        seen.desc(),
                        seen.desc(),
                        epsilon,
                        flags,
                        chosen,
                        emitter.attributes()));
        Tensor to = emitter.tensor(layout);
        List<Emitter.Argument> arguments = new ArrayList<>(remembered);
        statistics.stream().filter(s -> s.index() != DNNL_ARG_SHIFT).forEach(arguments::add);
        arguments.add(new Emitter.Argument(DNNL_ARG_SRC, view(source)));
        arguments.add(new Emitter.Argument(DNNL_ARG_DIFF_DST, view(above)));
        arguments.add(new Emitter.Argument(DNNL_ARG_DIFF_SRC, view(to)));
        if (frozen) {
            // The library asks for a place for these although nobody wants them.
            Layout perChannel =
                    Layout.plain(context.scope(), place.node().shape().channels());
            arguments.add(new Emitter.Argument(DNNL_ARG_DIFF_SCALE, emitter.tensor(perChannel)));
            arguments.add(new Emitter.Argument(DNNL_ARG_DIFF_SHIFT, emitter.tensor(perChannel)));
        }
        emitter.add(program, place.layer(), "gradient of normalisation", desc, arguments);
        place.input().addGradient(emitter, program, to, true);
    }

    /** The same memory as the normalisation is told of it. */
    private Tensor view(Tensor tensor) {
        return frozen ? tensor : context.emitter().at(seen, tensor.data());
    }

    /** Blocks of 16 channels, whose kernel is several times as fast, where there are no odd ones; plain rows otherwise. */
    private Layout channelBlocks(long... dims) {
        long channels = place.node().shape().channels();
        return channels % CHANNEL_BLOCK == 0
                ? Layout.tagged(context.scope(), dnnl_aBcd16b, dims)
                : Layout.plain(context.scope(), dims);
    }
}
