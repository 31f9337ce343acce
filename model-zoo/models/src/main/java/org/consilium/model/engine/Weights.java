package org.consilium.model.engine;

import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_set_data_handle;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;

/**
 * The parameters of a compiled network, each in the layout that its kernels like best, all in one stretch of native
 * memory, and their gradients likewise; and the way from and to Deeplearning4j's flat vector.
 *
 * <p>Places are given at the end of compiling, when the sizes of all layouts are known. Padding is 0 in parameters and
 * in gradients, so that what works on the whole stretch need not know of it.
 */
final class Weights {

    private static final int ALIGNMENT_FLOATS = 16;

    /**
     * One array of parameters.
     *
     * @param block which
     * @param value its values
     * @param gradient null where it is not trained
     * @param start index of its first value in the native stretch
     */
    record Weight(Block block, Tensor value, Tensor gradient, int start) {

        /** Returns the index in the native stretch after its last value. */
        int end() {
            return start + Math.toIntExact(value.layout().floats());
        }
    }

    private final Emitter emitter;
    private final List<Weight> all = new ArrayList<>();
    private final Program toNative;
    private final Program fromNative;
    private final Program gradientFromNative;
    private final List<Tensor> flats = new ArrayList<>();
    private final List<Long> flatOffsets = new ArrayList<>();
    private final long flatLength;
    private final boolean training;
    private int used;
    private FloatPointer values;
    private FloatPointer gradients;
    private FloatPointer flat;

    /** @param training whether gradients are wanted at all */
    Weights(Emitter emitter, long flatLength, boolean training) {
        this.emitter = emitter;
        this.flatLength = flatLength;
        this.training = training;
        this.toNative = emitter.program();
        this.fromNative = emitter.program();
        this.gradientFromNative = emitter.program();
    }

    /** Adds an array in the layout that a kernel wants. */
    Weight add(Block block, Layout layout) {
        boolean trained = training && block.trained();
        Tensor value = emitter.unplaced(layout);
        Tensor gradient = trained ? emitter.unplaced(layout) : null;
        Weight weight = new Weight(block, value, gradient, used);
        all.add(weight);
        used = Math.toIntExact(used + (layout.floats() + ALIGNMENT_FLOATS - 1) / ALIGNMENT_FLOATS * ALIGNMENT_FLOATS);
        Tensor plain = emitter.unplaced(Layout.strided(emitter.scope(), block.dims(), block.strides()));
        flats.add(plain);
        flatOffsets.add(block.offset());
        emitter.reorder(toNative, block.name(), "parameters in", plain, value);
        emitter.reorder(fromNative, block.name(), "parameters out", value, plain);
        if (trained) {
            emitter.reorder(gradientFromNative, block.name(), "gradient out", gradient, plain);
        }
        return weight;
    }

    boolean isTrained(Block block) {
        return training && block.trained();
    }

    /** Gives all arrays their places. */
    void place() {
        values = emitter.scope().floats(used);
        gradients = emitter.scope().floats(training ? used : 0);
        flat = emitter.scope().floats(flatLength);
        for (int i = 0; i < all.size(); i++) {
            Weight weight = all.get(i);
            place(weight.value(), values, weight.start());
            if (weight.gradient() != null) {
                place(weight.gradient(), gradients, weight.start());
            }
            place(flats.get(i), flat, flatOffsets.get(i));
        }
    }

    private void place(Tensor tensor, FloatPointer base, long offset) {
        // Not position(): native functions that take a void* would count it in bytes.
        FloatPointer place = emitter.scope().keep(base.getPointer(offset));
        OneDnn.check(dnnl_memory_set_data_handle(tensor.memory(), place), "placing parameters");
    }

    List<Weight> all() {
        return all;
    }

    /** Returns the length of the native stretch in floats. */
    int length() {
        return used;
    }

    FloatPointer values() {
        return values;
    }

    FloatPointer gradients() {
        return gradients;
    }

    void setFlat(float[] from) {
        checkLength(from);
        flat.put(from);
        toNative.run();
    }

    void getFlat(float[] into) {
        checkLength(into);
        fromNative.run();
        flat.get(into);
    }

    /** Writes the gradient in flat order; 0 for what is not trained. */
    void getFlatGradient(float[] into) {
        checkLength(into);
        flat.zero();
        gradientFromNative.run();
        flat.get(into);
    }

    /** Returns whether arrays lie in the other's stretch just as here. */
    boolean sameLayout(Weights other) {
        if (used != other.used || all.size() != other.all.size()) {
            return false;
        }
        for (int i = 0; i < all.size(); i++) {
            if (!all.get(i).value().layout().same(other.all.get(i).value().layout())) {
                return false;
            }
        }
        return true;
    }

    private void checkLength(float[] array) {
        if (array.length != flatLength) {
            throw new IllegalArgumentException("the network has " + flatLength + " parameters, not " + array.length);
        }
    }
}
