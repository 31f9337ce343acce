package org.consilium.model.engine;

import java.util.ArrayList;
import java.util.List;

/** Turns a graph into programs: forward node by node, then backward in the reverse order. */
final class Compiler {

    private final Graph graph;
    private final Code.Context context;

    Compiler(Graph graph, Code.Context context) {
        this.graph = graph;
        this.context = context;
    }

    /**
     * What compiling makes, beside the programs.
     *
     * @param input the network's input, plain rows
     * @param output its result, plain rows
     * @param outputGradient where the gradient of the result is put, plain rows; null without a backward pass
     * @param features the features below the head, plain rows
     * @param featuresGradient where a gradient of the features is put; null except for the input's gradient
     * @param inputGradient the gradient of the input, plain rows; null except for the input's gradient
     * @param dropouts what draws masks
     */
    record Ends(
            Tensor input,
            Tensor output,
            Tensor outputGradient,
            Tensor features,
            Tensor featuresGradient,
            Tensor inputGradient,
            List<DropoutCode> dropouts) {}

    Ends compile() {
        Emitter emitter = context.emitter();
        NativeScope scope = context.scope();
        List<Value> values = new ArrayList<>();
        List<Code> codes = new ArrayList<>();
        int[] uses = new int[graph.nodes().size()];
        graph.nodes().forEach(node -> node.inputs().forEach(input -> uses[input]++));
        boolean wantsInput = context.use() == Use.INPUT_GRADIENT;
        // Whoever is given a gradient from outside is not used once.
        uses[graph.features()] += wantsInput ? 1 : 0;
        Tensor input = emitter.tensor(Layout.plain(scope, graph.input().shape().dims(context.batch())));
        values.add(new Value(graph.input().name(), input, Activation.NONE, wantsInput, uses[0]));
        for (int i = 1; i < graph.nodes().size(); i++) {
            Node node = graph.nodes().get(i);
            Code code = code(
                    new Code.Place(node, node.inputs().stream().map(values::get).toList(), uses[i]));
            codes.add(code);
            values.add(code.forward());
        }
        Value result = values.get(values.size() - 1);
        Tensor output = plain(context.forward(), graph.output(), result);
        Tensor features = plain(context.forward(), graph.nodes().get(graph.features()), values.get(graph.features()));
        if (context.use() == Use.INFER || !result.needsGradient()) {
            return new Ends(input, output, null, features, null, null, List.of());
        }
        Tensor above = emitter.tensor(output.layout());
        result.addGradient(
                emitter,
                context.backward(),
                emitter.in(
                        context.backward(),
                        graph.output().name(),
                        above,
                        result.out().layout()),
                false);
        Tensor featuresAbove = null;
        if (wantsInput) {
            Value value = values.get(graph.features());
            featuresAbove = emitter.tensor(features.layout());
            value.addGradient(
                    emitter,
                    context.backward(),
                    emitter.in(
                            context.backward(),
                            "features",
                            featuresAbove,
                            value.out().layout()),
                    false);
        }
        for (int i = codes.size() - 1; i >= 0; i--) {
            codes.get(i).backward();
        }
        Tensor below = wantsInput
                ? emitter.in(
                        context.backward(),
                        graph.input().name(),
                        values.get(0).gradient(emitter, context.backward()),
                        input.layout())
                : null;
        List<DropoutCode> dropouts = codes.stream()
                .filter(DropoutCode.class::isInstance)
                .map(DropoutCode.class::cast)
                .toList();
        return new Ends(input, output, above, features, featuresAbove, below, dropouts);
    }

    private Tensor plain(Program program, Node node, Value value) {
        Layout rows = Layout.plain(context.scope(), node.shape().dims(context.batch()));
        return context.emitter().in(program, node.name(), value.out(), rows);
    }

    private Code code(Code.Place place) {
        Op op = place.node().op();
        if (op instanceof Op.Convolution convolution) {
            return new ConvolutionCode(context, place, convolution);
        }
        if (op instanceof Op.Deconvolution deconvolution) {
            return new DeconvolutionCode(context, place, deconvolution);
        }
        if (op instanceof Op.Dense dense) {
            return new DenseCode(context, place, dense);
        }
        if (op instanceof Op.Pool pool) {
            return new PoolCode(context, place, pool);
        }
        if (op instanceof Op.Upsample upsample) {
            return new UpsampleCode(context, place, upsample);
        }
        if (op instanceof Op.Concat) {
            return new ConcatCode(context, place);
        }
        if (op instanceof Op.Add) {
            return new AddCode(context, place);
        }
        if (op instanceof Op.Apply) {
            return new ApplyCode(context, place);
        }
        if (op instanceof Op.Dropout dropout) {
            return new DropoutCode(context, place, dropout);
        }
        if (op instanceof Op.FrozenNorm norm) {
            return new NormCode(context, place, norm);
        }
        if (op instanceof Op.InstanceNorm norm) {
            return new NormCode(context, place, norm);
        }
        throw new IllegalStateException("node " + place.layer() + " is a second input");
    }
}
