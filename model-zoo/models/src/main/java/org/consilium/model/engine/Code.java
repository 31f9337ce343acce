package org.consilium.model.engine;

import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import java.util.List;

/**
 * What a node becomes: primitives forward, and primitives backward once all that take its result have theirs.
 *
 * @see Compiler
 */
interface Code {

    /** Adds the forward primitives and returns the result. */
    Value forward();

    /** Adds the backward primitives: from the gradient of the result to those of the inputs and of the parameters. */
    void backward();

    /**
     * What the code of all kinds of nodes works with.
     *
     * @param emitter makes primitives
     * @param weights the parameters
     * @param forward the primitives of the forward pass
     * @param backward those of the backward pass
     * @param prepare those that run once when parameters are set, not in each pass
     * @param batch examples
     * @param use what the network is compiled for
     */
    record Context(
            Emitter emitter, Weights weights, Program forward, Program backward, Program prepare, int batch, Use use) {

        int propagation() {
            return use == Use.INFER ? dnnl_forward_inference : dnnl_forward_training;
        }

        NativeScope scope() {
            return emitter.scope();
        }

        Layout any(long... dims) {
            return Layout.any(emitter.scope(), dims);
        }
    }

    /**
     * A node with its inputs' values.
     *
     * @param node the node
     * @param inputs values of its inputs
     * @param uses how many nodes take its result
     */
    record Place(Node node, List<Value> inputs, int uses) {

        String layer() {
            return node.name();
        }

        Value input() {
            return inputs.get(0);
        }

        boolean inputsNeedGradient() {
            return inputs.stream().anyMatch(Value::needsGradient);
        }
    }
}
