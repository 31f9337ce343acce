/**
 * What crosses the wire between a consortium server and a site node, and nothing else: ids, offers, parameters,
 * evaluations, problems, and their bytes.
 *
 * <p>Decisions. Parameters travel as a binary body with a fixed header ({@link org.consilium.contract.ParametersHeader})
 * because JSON triples their size and loses bits. The few JSON messages are written by hand with Jakarta JSON
 * Processing, since reflective binding turns a missing field silently into null; every message has a golden test.
 * There is no "closed" offer: a site polls once for all of its studies, so a study that ended simply has no work.
 * No I/O, no logging and no clock lives here.
 */
package org.consilium.contract;
