package org.consilium.model.engine;

import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;

/** Primitives in the order in which they run; running them allocates nothing. */
final class Program {

    /** One primitive with its arguments. */
    static final class Call {

        private final String layer;
        private final String what;
        private final String kernel;
        private final dnnl_primitive primitive;
        private final dnnl_exec_arg_t arguments;
        private final int count;
        private long nanos;
        private long runs;

        Call(String layer, String what, String kernel, dnnl_primitive primitive, dnnl_exec_arg_t arguments, int count) {
            this.layer = layer;
            this.what = what;
            this.kernel = kernel;
            this.primitive = primitive;
            this.arguments = arguments;
            this.count = count;
        }
    }

    private final dnnl_stream stream;
    private final List<Call> calls = new ArrayList<>();
    private Call[] compiled = {};
    private boolean profiled;

    Program(dnnl_stream stream) {
        this.stream = stream;
    }

    void add(Call call) {
        calls.add(call);
        compiled = null;
    }

    /** Has each primitive timed from now on. */
    void profile(boolean on) {
        profiled = on;
    }

    void run() {
        if (compiled == null) {
            compiled = calls.toArray(new Call[0]);
        }
        for (Call call : compiled) {
            long start = profiled ? System.nanoTime() : 0;
            int status = dnnl_primitive_execute(call.primitive, stream, call.count, call.arguments);
            if (status != 0) {
                throw new IllegalStateException("oneDNN failed with status " + status + " in " + call.what
                        + " of layer " + call.layer + " (" + call.kernel + ")");
            }
            if (profiled) {
                call.nanos += System.nanoTime() - start;
                call.runs++;
            }
        }
    }

    /** Returns what each primitive is and, where profiled, how long it took. */
    List<Kernel> kernels() {
        return calls.stream()
                .map(call -> new Kernel(
                        call.layer, call.what, call.kernel, call.runs == 0 ? 0 : call.nanos / 1e6 / call.runs))
                .toList();
    }
}
