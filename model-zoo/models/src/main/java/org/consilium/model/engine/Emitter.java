package org.consilium.model.engine;

import static org.bytedeco.dnnl.global.dnnl.*;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerPointer;

/** Makes the primitives of one network, whatever layer they are for, and the memory that they work on. */
final class Emitter {

    /** An argument of a primitive. */
    record Argument(int index, Tensor tensor) {}

    private final NativeScope scope;
    private final dnnl_stream stream = new dnnl_stream();
    private final dnnl_primitive_attr plainAttributes;
    private final List<dnnl_memory> scratchpads = new ArrayList<>();
    private long scratchpadFloats;

    Emitter(NativeScope scope) {
        this.scope = scope;
        OneDnn.check(dnnl_stream_create(stream, OneDnn.engine(), dnnl_stream_default_flags), "making a stream");
        scope.own(stream, dnnl::dnnl_stream_destroy);
        plainAttributes = attributes(Activation.NONE);
    }

    NativeScope scope() {
        return scope;
    }

    Program program() {
        return new Program(stream);
    }

    /** Attributes without any function after the primitive; scratchpads are ours, so that any thread may run it. */
    dnnl_primitive_attr attributes() {
        return plainAttributes;
    }

    /** Attributes with a function applied to the result. */
    dnnl_primitive_attr attributes(Activation activation) {
        dnnl_primitive_attr attributes = new dnnl_primitive_attr();
        OneDnn.check(dnnl_primitive_attr_create(attributes), "making attributes");
        scope.own(attributes, dnnl::dnnl_primitive_attr_destroy);
        OneDnn.check(
                dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), "setting attributes");
        if (!activation.isNone()) {
            dnnl_post_ops after = new dnnl_post_ops();
            OneDnn.check(dnnl_post_ops_create(after), "making attributes");
            scope.own(after, dnnl::dnnl_post_ops_destroy);
            OneDnn.check(
                    dnnl_post_ops_append_eltwise(after, activation.forward(), activation.slope(), 0),
                    "setting attributes");
            OneDnn.check(dnnl_primitive_attr_set_post_ops(attributes, after), "setting attributes");
        }
        return attributes;
    }

    /** Fills in a primitive descriptor. */
    interface Description {
        int create(dnnl_primitive_desc desc);
    }

    /**
     * Chooses a kernel.
     *
     * @throws UnsupportedNetworkException if the library has none
     */
    dnnl_primitive_desc describe(String doing, Description description) {
        dnnl_primitive_desc desc = new dnnl_primitive_desc();
        OneDnn.check(description.create(desc), doing);
        return scope.own(desc, dnnl::dnnl_primitive_desc_destroy);
    }

    /** Returns the layout that a chosen kernel wants, by oneDNN's query. */
    Layout layout(dnnl_primitive_desc desc, int query, long... dims) {
        dnnl_memory_desc wanted = dnnl_primitive_desc_query_md(desc, query, 0);
        return new Layout(scope.keep(wanted), dims);
    }

    /** Returns memory of its own, all zero. */
    Tensor tensor(Layout layout) {
        return at(layout, scope.floats(layout.floats()));
    }

    /** Returns memory at a place that is allocated already. */
    Tensor at(Layout layout, FloatPointer data) {
        dnnl_memory memory = new dnnl_memory();
        OneDnn.check(dnnl_memory_create(memory, layout.desc(), OneDnn.engine(), data), "making memory");
        return new Tensor(layout, scope.own(memory, dnnl::dnnl_memory_destroy), data);
    }

    /** Returns memory whose place is decided later. */
    Tensor unplaced(Layout layout) {
        return at(layout, null);
    }

    /** Adds a primitive of a chosen kernel to a program. */
    void add(Program program, String layer, String what, dnnl_primitive_desc desc, List<Argument> arguments) {
        dnnl_primitive primitive = new dnnl_primitive();
        OneDnn.check(dnnl_primitive_create(primitive, desc), what + " of layer " + layer);
        scope.own(primitive, dnnl::dnnl_primitive_destroy);
        List<Argument> all = new ArrayList<>(arguments);
        Layout scratchpad = layout(desc, dnnl_query_scratchpad_md);
        if (scratchpad.floats() > 0) {
            Tensor room = unplaced(scratchpad);
            scratchpads.add(room.memory());
            scratchpadFloats = Math.max(scratchpadFloats, scratchpad.floats());
            all.add(new Argument(DNNL_ARG_SCRATCHPAD, room));
        }
        dnnl_exec_arg_t list = scope.own(new dnnl_exec_arg_t(all.size()));
        for (int i = 0; i < all.size(); i++) {
            list.position(i).arg(all.get(i).index()).memory(all.get(i).tensor().memory());
        }
        list.position(0);
        program.add(new Program.Call(layer, what, implementation(desc), primitive, list, all.size()));
    }

    /** Returns whether the library has only its reference code for this. */
    static boolean isReference(dnnl_primitive_desc desc) {
        return new Kernel("", "", implementation(desc), 0).isReference();
    }

    private static String implementation(dnnl_primitive_desc desc) {
        try (PointerPointer<org.bytedeco.javacpp.BytePointer> name = new PointerPointer<>(1)) {
            OneDnn.check(dnnl_primitive_desc_query(desc, dnnl_query_impl_info_str, 0, name), "asking for a name");
            return name.get(org.bytedeco.javacpp.BytePointer.class, 0).getString();
        }
    }

    /** Gives all primitives one scratchpad: they run one after the other. */
    void placeScratchpads() {
        FloatPointer room = scope.floats(scratchpadFloats);
        scratchpads.forEach(memory -> OneDnn.check(dnnl_memory_set_data_handle(memory, room), "placing scratchpads"));
    }

    /** Copies values from one layout to another. */
    void reorder(Program program, String layer, String what, Tensor from, Tensor to) {
        dnnl_primitive_desc desc = describe(
                "reordering in layer " + layer,
                d -> dnnl_reorder_primitive_desc_create(
                        d,
                        from.layout().desc(),
                        OneDnn.engine(),
                        to.layout().desc(),
                        OneDnn.engine(),
                        plainAttributes));
        add(program, layer, what, desc, List.of(new Argument(DNNL_ARG_SRC, from), new Argument(DNNL_ARG_DST, to)));
    }

    /** Returns the values in the wanted layout: the tensor itself where it has that one, or a copy. */
    Tensor in(Program program, String layer, Tensor tensor, Layout wanted) {
        if (tensor.layout().same(wanted)) {
            return tensor;
        }
        Tensor copy = tensor(wanted);
        reorder(program, layer, "reorder", tensor, copy);
        return copy;
    }

    /** Adds two tensors of one layout and applies a function to the result; either may be the result's own memory. */
    void sum(Program program, String layer, String what, Tensor one, Tensor other, Activation activation, Tensor to) {
        dnnl_primitive_desc desc = describe(
                "adding in layer " + layer,
                d -> dnnl_binary_primitive_desc_create(
                        d,
                        OneDnn.engine(),
                        dnnl_binary_add,
                        one.layout().desc(),
                        other.layout().desc(),
                        to.layout().desc(),
                        activation.isNone() ? plainAttributes : attributes(activation)));
        add(
                program,
                layer,
                what,
                desc,
                List.of(
                        new Argument(DNNL_ARG_SRC_0, one),
                        new Argument(DNNL_ARG_SRC_1, other),
                        new Argument(DNNL_ARG_DST, to)));
    }

    /** Fills in the descriptor of a primitive that takes any number of inputs. */
    interface DescriptionOfMany {
        int create(PointerPointer<dnnl_primitive_desc> desc, PointerPointer<dnnl_memory_desc> layouts);
    }

    /** Chooses a kernel for any number of inputs. */
    dnnl_primitive_desc describeMany(String doing, List<Tensor> inputs, DescriptionOfMany description) {
        PointerPointer<dnnl_memory_desc> layouts = scope.own(new PointerPointer<>(inputs.size()));
        for (int i = 0; i < inputs.size(); i++) {
            layouts.put(i, inputs.get(i).layout().desc());
        }
        PointerPointer<dnnl_primitive_desc> made = scope.own(new PointerPointer<>(1));
        OneDnn.check(description.create(made, layouts), doing);
        return scope.own(made.get(dnnl_primitive_desc.class, 0), dnnl::dnnl_primitive_desc_destroy);
    }

    /** Returns the arguments of such a primitive. */
    static List<Argument> many(List<Tensor> inputs, Tensor to) {
        List<Argument> arguments = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            arguments.add(new Argument(DNNL_ARG_MULTIPLE_SRC + i, inputs.get(i)));
        }
        arguments.add(new Argument(DNNL_ARG_DST, to));
        return arguments;
    }

    /**
     * Applies a function; in place is allowed.
     *
     * @param algorithm oneDNN's name of it
     * @param alpha its first parameter
     */
    void function(Program program, String layer, int algorithm, float alpha, Tensor from, Tensor to) {
        Layout layout = from.layout();
        dnnl_primitive_desc desc = describe(
                "the function of layer " + layer,
                d -> dnnl_eltwise_forward_primitive_desc_create(
                        d,
                        OneDnn.engine(),
                        dnnl_forward_inference,
                        algorithm,
                        layout.desc(),
                        layout.desc(),
                        alpha,
                        0,
                        plainAttributes));
        add(
                program,
                layer,
                "function",
                desc,
                List.of(new Argument(DNNL_ARG_SRC, from), new Argument(DNNL_ARG_DST, to)));
    }

    /** Multiplies a gradient by the derivative of a function, of which the result is known; in place is allowed. */
    void derivative(Program program, String layer, Activation activation, Tensor result, Tensor gradient, Tensor to) {
        Layout layout = result.layout();
        dnnl_primitive_desc hint = describe(
                "the function of layer " + layer,
                d -> dnnl_eltwise_forward_primitive_desc_create(
                        d,
                        OneDnn.engine(),
                        dnnl_forward_training,
                        activation.forward(),
                        layout.desc(),
                        layout.desc(),
                        activation.slope(),
                        0,
                        plainAttributes));
        dnnl_primitive_desc desc = describe(
                "the derivative of layer " + layer,
                d -> dnnl_eltwise_backward_primitive_desc_create(
                        d,
                        OneDnn.engine(),
                        activation.backward(),
                        layout.desc(),
                        layout.desc(),
                        layout.desc(),
                        activation.slope(),
                        0,
                        hint,
                        plainAttributes));
        add(
                program,
                layer,
                "derivative of the function",
                desc,
                List.of(
                        new Argument(DNNL_ARG_DST, result),
                        new Argument(DNNL_ARG_DIFF_DST, gradient),
                        new Argument(DNNL_ARG_DIFF_SRC, to)));
    }
}
