package org.consilium.server.round;

/**
 * What an answer of a site comes to.
 *
 * @param next the round with it
 * @param changed false where the same answer was there already
 */
record Decision(Round next, boolean changed) {}
