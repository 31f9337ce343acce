/**
 * {@code consilium audit verify}: checks an audit bundle without a server, a database or a network.
 *
 * <p>Decisions. The verifier is written apart from everything that writes a log or a bundle, and shares with it only the
 * definitions in {@code org.consilium.contract} of what is hashed and signed, and the strategies in {@code
 * org.consilium.algorithm} by which a round's model is computed anew; a test holds it to that. It reads the zip by its own
 * code, because usual readers pass over bytes that belong to no file. Nothing ends a verification early but a file that is no
 * bundle at all: every check adds its findings, and all are told. A million records must not need memory for a million
 * records: they pass once, and what other files are compared with is kept as digests.
 *
 * <p>What a bundle cannot prove by itself is told as a note, not as a finding: whose the keys are that it brings, whom no
 * site has counter-signed yet, what a choice of records leaves out.
 */
package org.consilium.quickstart.audit;
