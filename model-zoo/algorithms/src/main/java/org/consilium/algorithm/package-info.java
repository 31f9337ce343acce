/**
 * Pure functions over contract values: how images are split over virtual sites, how sites' updates become one model.
 *
 * <p>Decisions. Time and chance are arguments, so a simulation and a run through real servers take the same steps.
 * Strategies read the updates chunk by chunk in the order of the site ids and add in double precision, so that the
 * result depends neither on who answered first nor on how the store cut the vectors, and memory does not grow with
 * the number of sites. Random streams come from Apache Commons RNG with a named generator, since the algorithm behind
 * {@code java.util.random} may change between Java versions.
 */
package org.consilium.algorithm;
