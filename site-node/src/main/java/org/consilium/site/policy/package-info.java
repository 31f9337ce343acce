/**
 * The hospital's own policy: what this node may do for the consortium, whatever the consortium asks.
 *
 * <p>Decisions. The policy lies in the hospital's database and is written by its steward at this node alone; no message of
 * the server reaches it. Nothing is allowed until the steward names the digests of protocols that the hospital has signed:
 * the node computes the digest of the protocol's text itself, and compares each offer with that text, so that a server that
 * was broken into cannot have it train anything else. A refusal is answered with its reason, which the server shows, and
 * kept here. Outside of its hours a node waits, and refuses only work whose deadline passes before they begin. What is
 * decided is a pure function ({@link org.consilium.site.policy.SitePolicy#judge}).
 *
 * <p>What was permitted is kept apart from the refusals, and no later offer takes it away: the rounds of a day are counted
 * by it. A protocol names the model of its first round alone, so each piece of work (the training or the scores of a
 * round, the one test) is bound to the model that it was permitted on first. The same offer may come any number of times
 * and gives the same bytes; without that bond a server could have any number of models of its own making trained or scored
 * within one round, and would learn of each image what it wants.
 */
package org.consilium.site.policy;
