package org.consilium.model.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.Head;

/**
 * A network as this engine sees it: steps in an order in which each comes after its inputs. Its result are the logits,
 * before any softmax.
 *
 * @param nodes the first is the input, the last the result
 * @param features index of the node that the last layer with parameters works on
 * @param parameters length of the flat vector
 */
record Graph(List<Node> nodes, int features, long parameters) {

    Graph {
        nodes = List.copyOf(nodes);
    }

    /**
     * Returns the floating-point operations of the products, two a product, for one example: those of the forward pass,
     * and of the gradients that the use wants.
     */
    long operations(Use use) {
        long operations = 0;
        for (Node node : nodes) {
            long once = 2 * products(node);
            boolean isFirst = node.inputs().contains(0);
            operations += once;
            if (use == Use.TRAIN) {
                operations += isFirst ? once : 2 * once;
            } else if (use == Use.INPUT_GRADIENT) {
                operations += once;
            }
        }
        return operations;
    }

    private long products(Node node) {
        if (node.op() instanceof Op.Convolution convolution) {
            return perOutput(convolution.weights()) * node.shape().values();
        }
        if (node.op() instanceof Op.Deconvolution deconvolution) {
            Shape from = nodes.get(node.inputs().get(0)).shape();
            return deconvolution.weights().size() / from.channels() * from.values();
        }
        return node.op() instanceof Op.Dense dense ? dense.weights().size() : 0;
    }

    private static long perOutput(Block weights) {
        return weights.size() / weights.dims()[0];
    }

    /** Returns where the last layer lies in the flat vector, empty where it is not a dense one with biases on features. */
    Optional<Head> head() {
        return nodes.stream()
                .filter(node -> node.inputs().contains(features))
                .filter(node ->
                        node.op() instanceof Op.Dense dense && dense.bias().isPresent())
                .map(node -> new Head(
                        Math.toIntExact(((Op.Dense) node.op()).weights().offset()),
                        nodes.get(features).shape().values(),
                        node.shape().values()))
                .findFirst();
    }

    Node input() {
        return nodes.get(0);
    }

    Node output() {
        return nodes.get(nodes.size() - 1);
    }

    /** Returns the same with each function of a node of its own applied where its argument is made, if nobody else wants that. */
    Graph fused() {
        List<Node> fused = new ArrayList<>();
        List<Integer> now = new ArrayList<>(Collections.nCopies(nodes.size(), -1));
        int[] uses = new int[nodes.size()];
        nodes.forEach(node -> node.inputs().forEach(input -> uses[input]++));
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            if (node.op() instanceof Op.Apply apply) {
                int argument = node.inputs().get(0);
                Node maker = fused.get(now.get(argument));
                boolean alone = uses[argument] == 1 && argument != features;
                if (apply.activation().isNone()) {
                    now.set(i, now.get(argument));
                    continue;
                }
                if (alone
                        && maker.op().activation().isNone()
                        && maker.op().with(apply.activation()).isPresent()) {
                    Op op = maker.op().with(apply.activation()).get();
                    fused.set(now.get(argument), new Node(maker.name(), op, maker.inputs(), maker.shape()));
                    now.set(i, now.get(argument));
                    continue;
                }
            }
            List<Integer> inputs = node.inputs().stream().map(now::get).toList();
            now.set(i, fused.size());
            fused.add(new Node(node.name(), node.op(), inputs, node.shape()));
        }
        return new Graph(fused, now.get(features), parameters);
    }
}
