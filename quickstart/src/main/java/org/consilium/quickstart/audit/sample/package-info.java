/**
 * A study that never took place, told record by record, and bundles of it: for the verifier's tests and its measurement.
 *
 * <p>Decisions. It is written apart from the log's writer and the bundle's, so that the verifier is not tested only with what
 * the other half of the same program makes. All keys are new each time; everything else is the same for equal sizes.
 */
package org.consilium.quickstart.audit.sample;
