/**
 * The consortium's audit log: what is recorded, by whom it was done, and the checkpoints that sites witness.
 *
 * <p>Decisions. {@link org.consilium.server.audit.AuditEvent} is the whole answer to "what do we audit": one sealed type in
 * one file, of ids only, so that no room below has to know any feature. A use case appends its events as its last step, in
 * its own transaction: no change without its record and no record without its change. A request that is refused has changed
 * nothing, so its record has a transaction of its own; equal refusals of one caller within a minute are one record that
 * counts them, because nobody may fill the consortium's disk by asking without a token. Reading is recorded where what is
 * read is sensitive. How a person proved who they are is Keycloak's to record; here is the first request of each session.
 *
 * <p>Checkpoints are signed when a round ends and on a timer, outside of any request; changes wait for the few milliseconds
 * of a signature, so that records and checkpoints follow each other in their times, too. They are not records themselves: a
 * record for each signature would need a signature.
 */
package org.consilium.server.audit;
