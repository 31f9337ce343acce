package org.consilium.model.engine;

import static org.bytedeco.dnnl.global.dnnl.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/** What convolution, transposed convolution and dense layers have in common: weights, perhaps a bias, a function. */
abstract class LinearCode implements Code {

    final Context context;
    final Place place;
    private final Block weightBlock;
    private final Optional<Block> biasBlock;
    private Layout source;
    private Layout anyWeights;
    private Layout biasLayout;
    private Layout target;
    private dnnl_primitive_desc chosen;
    private Tensor sourceTensor;
    private Weights.Weight weight;
    private Optional<Weights.Weight> bias;
    private Value result;

    LinearCode(Context context, Place place, Block weightBlock, Optional<Block> biasBlock) {
        this.context = context;
        this.place = place;
        this.weightBlock = weightBlock;
        this.biasBlock = biasBlock;
    }

    /** Layout in which the kernel is offered its input. */
    abstract Layout source();

    /** Layout in which the kernel is asked for its result. */
    abstract Layout target();

    abstract int forward(dnnl_primitive_desc desc, Layouts layouts, dnnl_primitive_attr attributes);

    abstract int backwardWeights(dnnl_primitive_desc desc, Layouts layouts, dnnl_primitive_desc hint);

    abstract int backwardData(dnnl_primitive_desc desc, Layouts layouts, dnnl_primitive_desc hint);

    /** Descriptors of input, weights, bias (null where there is none) and result. */
    record Layouts(dnnl_memory_desc source, dnnl_memory_desc weights, dnnl_memory_desc bias, dnnl_memory_desc target) {}

    @Override
    public Value forward() {
        Emitter emitter = context.emitter();
        String layer = place.layer();
        Activation activation = place.node().op().activation();
        source = source();
        target = target();
        anyWeights = context.any(weightBlock.dims());
        biasLayout = biasBlock
                .map(block -> Layout.plain(context.scope(), block.dims()))
                .orElse(null);
        Layouts offered = layouts(source, anyWeights, target);
        chosen = emitter.describe(
                "the forward pass of layer " + layer, desc -> forward(desc, offered, emitter.attributes(activation)));
        weight = context.weights().add(weightBlock, emitter.layout(chosen, dnnl_query_weights_md, weightBlock.dims()));
        bias = biasBlock.map(block -> context.weights().add(block, biasLayout));
        sourceTensor = emitter.in(
                context.forward(),
                layer,
                place.input().out(),
                emitter.layout(chosen, dnnl_query_src_md, source.dims()));
        Tensor out = emitter.tensor(emitter.layout(chosen, dnnl_query_dst_md, target.dims()));
        List<Emitter.Argument> arguments = new ArrayList<>(List.of(
                new Emitter.Argument(DNNL_ARG_SRC, sourceTensor),
                new Emitter.Argument(DNNL_ARG_WEIGHTS, weight.value()),
                new Emitter.Argument(DNNL_ARG_DST, out)));
        bias.ifPresent(b -> arguments.add(new Emitter.Argument(DNNL_ARG_BIAS, b.value())));
        emitter.add(context.forward(), layer, "forward", chosen, arguments);
        boolean needed = place.inputsNeedGradient() || weight.gradient() != null;
        result = new Value(layer, out, activation, needed, place.uses());
        return result;
    }

    @Override
    public void backward() {
        if (!result.needsGradient()) {
            return;
        }
        Emitter emitter = context.emitter();
        Tensor gradient = result.gradient(emitter, context.backward());
        // The gradients' kernels are chosen by a forward pass without a function after it.
        Layouts offered = layouts(source, anyWeights, target);
        dnnl_primitive_desc hint = place.node().op().activation().isNone()
                ? chosen
                : emitter.describe(
                        "the forward pass of layer " + place.layer(),
                        desc -> forward(desc, offered, emitter.attributes()));
        if (weight.gradient() != null) {
            weightsGradient(gradient, hint);
        }
        if (place.input().needsGradient()) {
            inputGradient(gradient, hint);
        }
    }

    private void weightsGradient(Tensor gradient, dnnl_primitive_desc hint) {
        Emitter emitter = context.emitter();
        String layer = place.layer();
        Program program = context.backward();
        Layouts offered = layouts(sourceTensor.layout(), backwardWeightLayout(), context.any(target.dims()));
        dnnl_primitive_desc desc =
                emitter.describe("the weights' gradient of layer " + layer, d -> backwardWeights(d, offered, hint));
        Tensor from = emitter.in(program, layer, sourceTensor, emitter.layout(desc, dnnl_query_src_md, source.dims()));
        Tensor above =
                emitter.in(program, layer, gradient, emitter.layout(desc, dnnl_query_diff_dst_md, target.dims()));
        Layout wanted = emitter.layout(desc, dnnl_query_diff_weights_md, weightBlock.dims());
        boolean direct = wanted.same(weight.gradient().layout());
        Tensor to = direct ? weight.gradient() : emitter.tensor(wanted);
        List<Emitter.Argument> arguments = new ArrayList<>(List.of(
                new Emitter.Argument(DNNL_ARG_SRC, from),
                new Emitter.Argument(DNNL_ARG_DIFF_DST, above),
                new Emitter.Argument(DNNL_ARG_DIFF_WEIGHTS, to)));
        bias.ifPresent(b -> arguments.add(new Emitter.Argument(DNNL_ARG_DIFF_BIAS, b.gradient())));
        emitter.add(program, layer, "weights' gradient", desc, arguments);
        if (!direct) {
            emitter.reorder(program, layer, "reorder", to, weight.gradient());
        }
    }

    private void inputGradient(Tensor gradient, dnnl_primitive_desc hint) {
        Emitter emitter = context.emitter();
        String layer = place.layer();
        Program program = context.backward();
        String doing = "the input's gradient of layer " + layer;
        Layouts offered = layouts(source, backwardWeightLayout(), gradientTarget());
        dnnl_primitive_desc desc = emitter.describe(doing, d -> backwardData(d, offered, hint));
        if (Emitter.isReference(desc)) {
            // No kernel writes these plain rows, as happens with a single channel: take another layout and reorder.
            Layouts free = layouts(context.any(source.dims()), backwardWeightLayout(), gradientTarget());
            desc = emitter.describe(doing, d -> backwardData(d, free, hint));
        }
        Tensor above =
                emitter.in(program, layer, gradient, emitter.layout(desc, dnnl_query_diff_dst_md, target.dims()));
        Layout wanted = emitter.layout(desc, dnnl_query_weights_md, weightBlock.dims());
        Tensor values = weight.value();
        if (!wanted.same(values.layout())) {
            values = emitter.tensor(wanted);
            // Frozen weights are reordered once, when they are set.
            Program when = context.use() == Use.TRAIN ? program : context.prepare();
            emitter.reorder(when, layer, "reorder", weight.value(), values);
        }
        Tensor to = emitter.tensor(emitter.layout(desc, dnnl_query_diff_src_md, source.dims()));
        emitter.add(
                program,
                layer,
                "input's gradient",
                desc,
                List.of(
                        new Emitter.Argument(DNNL_ARG_DIFF_DST, above),
                        new Emitter.Argument(DNNL_ARG_WEIGHTS, values),
                        new Emitter.Argument(DNNL_ARG_DIFF_SRC, to)));
        place.input().addGradient(emitter, program, to, true);
    }

    /** Layout in which the kernels of the backward pass are offered the weights, and asked for their gradient. */
    Layout backwardWeightLayout() {
        return anyWeights;
    }

    /** Returns the weights' own layout. */
    final Layout weightLayout() {
        return weight.value().layout();
    }

    /** Layout in which the kernel of the input's gradient is offered the result's gradient. */
    Layout gradientTarget() {
        return context.any(target.dims());
    }

    private Layouts layouts(Layout from, Layout weights, Layout to) {
        return new Layouts(from.desc(), weights.desc(), biasLayout == null ? null : biasLayout.desc(), to.desc());
    }
}
