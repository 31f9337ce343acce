package org.consilium.model.engine;

import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_format_tag_any;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_submemory;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_strides;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_tag;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_equal;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;

import java.util.Optional;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;

/**
 * How float32 values of some logical shape lie in memory.
 *
 * @param desc oneDNN's descriptor, owned by the network's scope or by the primitive descriptor that it was asked of
 * @param dims logical sizes, for maps {@code [batch, channels, height, width]}
 */
record Layout(dnnl_memory_desc desc, long[] dims) {

    /** Rows one after the other, as Java and ND4J's 'c' order have them. */
    static Layout plain(NativeScope scope, long... dims) {
        long[] strides = new long[dims.length];
        long stride = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= dims[i];
        }
        return strided(scope, dims, strides);
    }

    /** With the given distance, in values, between neighbours of each dimension. */
    static Layout strided(NativeScope scope, long[] dims, long[] strides) {
        dnnl_memory_desc desc = new dnnl_memory_desc();
        OneDnn.check(
                dnnl_memory_desc_create_with_strides(desc, dims.length, dims, dnnl_f32, strides), "describing memory");
        return new Layout(scope.own(desc, dnnl::dnnl_memory_desc_destroy), dims);
    }

    /** Whatever the kernel that it is offered to likes best. */
    static Layout any(NativeScope scope, long... dims) {
        return tagged(scope, dnnl_format_tag_any, dims);
    }

    /** Laid out as one of oneDNN's format tags says. */
    static Layout tagged(NativeScope scope, int tag, long... dims) {
        dnnl_memory_desc desc = new dnnl_memory_desc();
        OneDnn.check(dnnl_memory_desc_create_with_tag(desc, dims.length, dims, dnnl_f32, tag), "describing memory");
        return new Layout(scope.own(desc, dnnl::dnnl_memory_desc_destroy), dims);
    }

    /** Returns a part of this memory, empty where parts of this layout cannot be described. */
    Optional<Layout> part(NativeScope scope, long[] partDims, long[] offsets) {
        dnnl_memory_desc part = new dnnl_memory_desc();
        if (dnnl_memory_desc_create_submemory(part, desc, partDims, offsets) != 0) {
            return Optional.empty();
        }
        return Optional.of(new Layout(scope.own(part, dnnl::dnnl_memory_desc_destroy), partDims));
    }

    /** Returns the number of floats that it takes, padding included. */
    long floats() {
        return (dnnl_memory_desc_get_size(desc) + Float.BYTES - 1) / Float.BYTES;
    }

    /** Returns whether values lie in the other just as here. */
    boolean same(Layout other) {
        return dnnl_memory_desc_equal(desc, other.desc) != 0;
    }
}
