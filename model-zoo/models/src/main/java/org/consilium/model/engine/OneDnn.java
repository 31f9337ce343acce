package org.consilium.model.engine;

import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_engine_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_get_effective_cpu_isa;
import static org.bytedeco.dnnl.global.dnnl.dnnl_set_max_cpu_isa;
import static org.bytedeco.dnnl.global.dnnl.dnnl_version;

import java.util.Map;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;

/**
 * The native library: whether it is here, and what it is.
 *
 * <p>Which instructions it uses is decided when it is loaded: AVX-512 at most, as all processors that have it share it, so
 * that a newer processor gives the bits of an older one; less or more by the environment's {@code ONEDNN_MAX_CPU_ISA},
 * such as {@code AVX2} for a study whose sites shall agree. Its number of threads is OpenMP's for the calling thread.
 * Results are equal, bit for bit, for equal instructions and threads only.
 */
public final class OneDnn {

    private static final Map<Integer, String> INSTRUCTIONS = Map.of(
            dnnl.dnnl_cpu_isa_sse41, "sse4.1",
            dnnl.dnnl_cpu_isa_avx, "avx",
            dnnl.dnnl_cpu_isa_avx2, "avx2",
            dnnl.dnnl_cpu_isa_avx2_vnni, "avx2_vnni",
            dnnl.dnnl_cpu_isa_avx512_core, "avx512_core",
            dnnl.dnnl_cpu_isa_avx512_core_vnni, "avx512_core_vnni",
            dnnl.dnnl_cpu_isa_avx512_core_bf16, "avx512_core_bf16",
            dnnl.dnnl_cpu_isa_avx512_core_fp16, "avx512_core_fp16",
            dnnl.dnnl_cpu_isa_avx512_core_amx, "avx512_core_amx",
            dnnl.dnnl_cpu_isa_avx512_core_amx_fp16, "avx512_core_amx_fp16");

    private static final String CHOICE = "ONEDNN_MAX_CPU_ISA";

    private OneDnn() {}

    /** Loaded once for the process; what failed then fails for good. */
    private static final class Loaded {

        private static final dnnl_engine ENGINE;
        private static final Optional<String> TROUBLE;

        static {
            dnnl_engine engine = null;
            String trouble = null;
            try {
                engine = new dnnl_engine();
                // Only before the library's first work can it still be told; where it cannot, it says what it does use.
                if (System.getenv(CHOICE) == null) {
                    dnnl_set_max_cpu_isa(dnnl.dnnl_cpu_isa_avx512_core);
                }
                int status = dnnl_engine_create(engine, dnnl_cpu, 0);
                if (status != 0) {
                    trouble = "oneDNN has no CPU engine here (status " + status + ")";
                }
            } catch (LinkageError | RuntimeException e) {
                trouble = "oneDNN's library for this platform cannot be loaded: " + reason(e);
            }
            ENGINE = engine;
            TROUBLE = Optional.ofNullable(trouble);
        }

        private static String reason(Throwable failure) {
            Throwable root = failure;
            while (root.getCause() != null && root.getCause() != root) {
                root = root.getCause();
            }
            return root.getClass().getSimpleName() + ": " + root.getMessage();
        }
    }

    /** Returns why the library cannot be used here, empty if it can. */
    public static Optional<String> trouble() {
        return Loaded.TROUBLE;
    }

    /** Returns the library's version and the instructions that it uses, such as {@code onednn 3.13.0 avx512_core}. */
    public static String description() {
        if (trouble().isPresent()) {
            throw new IllegalStateException(trouble().get());
        }
        dnnl_version_t version = dnnl_version();
        int isa = dnnl_get_effective_cpu_isa();
        return "onednn " + version.major() + "." + version.minor() + "." + version.patch() + " "
                + INSTRUCTIONS.getOrDefault(isa, "isa-0x" + Integer.toHexString(isa));
    }

    /** The process's one engine, which all networks share and nobody frees. */
    static dnnl_engine engine() {
        if (trouble().isPresent()) {
            throw new UnsupportedNetworkException(trouble().get());
        }
        return Loaded.ENGINE;
    }

    /**
     * @throws IllegalStateException if a call of the library failed
     */
    static void check(int status, String doing) {
        if (status == dnnl.dnnl_out_of_memory) {
            throw new NativeMemoryException(0, Pointer.totalBytes(), new OutOfMemoryError("oneDNN, " + doing));
        }
        if (status == dnnl.dnnl_unimplemented || status == dnnl.dnnl_invalid_arguments) {
            throw new UnsupportedNetworkException("oneDNN has no kernel for " + doing + " (status " + status + ")");
        }
        if (status != 0) {
            throw new IllegalStateException("oneDNN failed with status " + status + ", " + doing);
        }
    }
}
