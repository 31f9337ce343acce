/**
 * Runs Deeplearning4j's networks at the machine's speed: {@link org.consilium.model.engine.CompiledNetwork} reads a
 * configuration and executes it by oneDNN primitives that are made once.
 *
 * <p>Decisions. A network is run here wholly or not at all: what is not known exactly is refused by name, and
 * Deeplearning4j runs it. The graph is read into a few kinds of {@link org.consilium.model.engine.Op}, each becomes one
 * {@link org.consilium.model.engine.Code}, and only the readers know Deeplearning4j. oneDNN's C functions are called,
 * not its C++ wrappers: handles are freed by us, in order, by one owner a network
 * ({@link org.consilium.model.engine.NativeScope}), and a function that the wrappers lack is no special case. Derivatives
 * of functions are taken from their results, so that no layer's input is kept for them; behind a max pool the mask of a
 * ReLU is taken on the pooled maps. Parameters lie in the kernels' layouts while training goes on and are moved by loops
 * in Java over one array: these are as fast as memory, and every rule is a few lines in Deeplearning4j's own order of
 * operations.
 */
package org.consilium.model.engine;
