/**
 * The networks that sites train, behind two small ports: {@link org.consilium.model.LocalTrainer} and
 * {@link org.consilium.model.ModelScorer}.
 *
 * <p>Decisions. A network is what Deeplearning4j says it is: its configuration, its flat parameters, its file; what runs it
 * is an {@link org.consilium.model.Executor}, oneDNN by {@link org.consilium.model.engine} where that knows all of it,
 * Deeplearning4j's own {@code fit} otherwise, never both. Batches are normalised by the thread that trains, in one pass into the
 * network's own memory: that takes some one percent of its time, measured in each training, and a thread more for each
 * trainer, to fetch ahead, would take more from the others. No batch normalisation: its statistics do not average. One arithmetic thread a call, so that equal arguments give equal
 * bytes and a simulated study gives the digests of a real one. All memory outside the heap that a call takes is given
 * back when it ends, and networks rest in a small pool between rounds. Images stay bytes; floats exist a batch at a time.
 * Logging goes through slf4j to the JDK's own, whose levels are the operator's business, not a library's.
 */
package org.consilium.model;
