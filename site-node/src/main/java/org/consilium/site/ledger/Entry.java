package org.consilium.site.ledger;

import java.time.Instant;

/**
 * One line of the ledger.
 *
 * @param id ascending in the order in which entries were made
 * @param at when this was sent first
 * @param lastAt when it was sent last
 * @param times how often it was sent without another of its kind in between
 * @param what what was sent, and to whom
 */
record Entry(long id, Instant at, Instant lastAt, long times, Departure what) {}
