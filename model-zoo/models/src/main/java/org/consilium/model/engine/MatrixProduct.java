package org.consilium.model.engine;

import static org.bytedeco.dnnl.global.dnnl.*;

import java.util.List;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/** A large square matrix product: what this machine can do at best, to compare networks with. */
public final class MatrixProduct implements AutoCloseable {

    private final NativeScope scope = new NativeScope();
    private final Program program;
    private final int size;

    /** @param size rows and columns of each matrix */
    public MatrixProduct(int size) {
        this.size = size;
        Emitter emitter = new Emitter(scope);
        Layout any = Layout.any(scope, size, size);
        dnnl_primitive_desc desc = emitter.describe(
                "a matrix product",
                d -> dnnl_matmul_primitive_desc_create(
                        d, OneDnn.engine(), any.desc(), any.desc(), null, any.desc(), emitter.attributes()));
        program = emitter.program();
        // Filled in the layouts that the kernel likes best, as the networks' maps and weights are.
        Tensor left = filled(emitter, emitter.layout(desc, dnnl_query_src_md, size, size));
        Tensor right = filled(emitter, emitter.layout(desc, dnnl_query_weights_md, size, size));
        Tensor product = emitter.tensor(emitter.layout(desc, dnnl_query_dst_md, size, size));
        emitter.add(
                program,
                "product",
                "product",
                desc,
                List.of(
                        new Emitter.Argument(DNNL_ARG_SRC, left),
                        new Emitter.Argument(DNNL_ARG_WEIGHTS, right),
                        new Emitter.Argument(DNNL_ARG_DST, product)));
        emitter.placeScratchpads();
    }

    private static Tensor filled(Emitter emitter, Layout layout) {
        Tensor tensor = emitter.tensor(layout);
        float[] values = new float[(int) layout.floats()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i % 17 - 8) / 8f;
        }
        tensor.data().put(values);
        return tensor;
    }

    /** Returns the floating-point operations of one product, two for each of its products of numbers. */
    public long operations() {
        return 2L * size * size * size;
    }

    /** Computes it once. */
    public void run() {
        program.run();
    }

    @Override
    public void close() {
        scope.close();
    }
}
