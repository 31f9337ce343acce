/**
 * The networks that sites train, behind two small ports: {@link org.consilium.model.LocalTrainer} and
 * {@link org.consilium.model.ModelScorer}.
 *
 * <p>Decisions. Deeplearning4j trains with its own {@code fit}; a faster executor may replace it behind the ports. No
 * batch normalisation: its statistics do not average. One arithmetic thread a call, so that equal arguments give equal
 * bytes and a simulated study gives the digests of a real one. All memory outside the heap that a call takes is given
 * back when it ends, and networks rest in a small pool between rounds. Images stay bytes; floats exist a batch at a time.
 * Logging goes through slf4j to the JDK's own, whose levels are the operator's business, not a library's.
 */
package org.consilium.model;
