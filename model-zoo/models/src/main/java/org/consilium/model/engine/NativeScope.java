package org.consilium.model.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Owns all that one compiled network holds outside the heap, and frees it in the reverse order of its making. What lies
 * here is reachable for as long as native code may point at it.
 */
final class NativeScope implements AutoCloseable {

    /** What oneDNN's kernels like best. */
    private static final int ALIGNMENT = 64;

    private record Owned(Pointer pointer, Runnable free) {}

    private final Deque<Owned> owned = new ArrayDeque<>();
    private long bytes;

    /** Frees a handle. */
    interface Free<P extends Pointer> {
        int free(P handle);
    }

    /** Takes over a handle of the library, to be freed by its own function. */
    <P extends Pointer> P own(P handle, Free<P> free) {
        owned.push(new Owned(handle, () -> free.free(handle)));
        return handle;
    }

    /** Takes over a pointer that JavaCPP has allocated. */
    <P extends Pointer> P own(P pointer) {
        owned.push(new Owned(pointer, pointer::deallocate));
        return pointer;
    }

    /** Keeps a view of what is owned already from being collected. */
    <P extends Pointer> P keep(P view) {
        owned.push(new Owned(view, () -> {}));
        return view;
    }

    /**
     * Allocates floats, all zero, aligned to 64 bytes.
     *
     * @throws NativeMemoryException if there is no room for them
     */
    FloatPointer floats(long count) {
        long room = count + ALIGNMENT / Float.BYTES;
        FloatPointer whole;
        try {
            whole = own(new FloatPointer(room));
        } catch (OutOfMemoryError e) {
            throw new NativeMemoryException(room * Float.BYTES, bytes, e);
        }
        bytes += room * Float.BYTES;
        whole.zero();
        long over = whole.address() % ALIGNMENT;
        return keep(whole.getPointer(over == 0 ? 0 : (ALIGNMENT - over) / Float.BYTES));
    }

    /** Returns how many bytes of floats are allocated. */
    long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        while (!owned.isEmpty()) {
            owned.pop().free().run();
        }
    }
}
