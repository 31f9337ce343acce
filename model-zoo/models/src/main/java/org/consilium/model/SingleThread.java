package org.consilium.model;

import org.bytedeco.openblas.global.openblas_nolapack;
import org.deeplearning4j.util.CrashReportingUtil;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Holds ND4J and OpenBLAS to one arithmetic thread: sums are then always made in the same order, so that equal training
 * gives equal bytes, and a machine with several trainers is shared by them, not fought over.
 */
final class SingleThread {

    static {
        Environment environment = Nd4j.getEnvironment();
        environment.setMaxThreads(1);
        environment.setMaxMasterThreads(1);
        openblas_nolapack.blas_set_num_threads(1);
        // a dump into the working directory hides the OutOfMemoryError that it is made for
        CrashReportingUtil.crashDumpsEnabled(false);
    }

    private SingleThread() {}

    /** Call on each thread before it computes: OpenMP keeps its number of threads per calling thread. */
    static void enter() {
        enter(1);
    }

    /**
     * Has the calling thread compute with several threads, which measurements alone do: with another number of threads
     * sums are made in another order.
     */
    static void enter(int threads) {
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
    }
}
