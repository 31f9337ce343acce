/**
 * The writer of an audit log in PostgreSQL, the same for the consortium's server and for a site's node: appending, the
 * stored Merkle tree, proofs, checkpoints and what witnesses say of them.
 *
 * <p>Decisions. It takes the connection of the caller's transaction, so that a record is written with the change it tells
 * of, or not at all. Who appends takes an advisory lock that the commit releases: records are numbered in the order in which
 * they become visible, without gaps, and the price is that appending transactions commit one after another. Appending comes
 * last in a transaction for that reason, after all other locks, and nothing can then wait for itself. No row is ever
 * changed, not even a counter's: the place of the next record and the hashes it needs are read from the rows before it, so
 * that the database can refuse the application every UPDATE and DELETE on these tables.
 *
 * <p>The tree's inner nodes are stored when they are complete, one for each record on average; every proof then reads a
 * number of rows that grows with the logarithm of the log's length.
 *
 * <p>This room knows no verifier, and the verifier knows none of this: what they share is
 * {@code org.consilium.contract.audit}.
 */
package org.consilium.auditlog;
