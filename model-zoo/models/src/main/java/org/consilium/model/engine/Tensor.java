package org.consilium.model.engine;

import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Values at one place in native memory.
 *
 * @param layout how they lie there
 * @param memory oneDNN's handle
 * @param data the place, null where it is decided later
 */
record Tensor(Layout layout, dnnl_memory memory, FloatPointer data) {}
