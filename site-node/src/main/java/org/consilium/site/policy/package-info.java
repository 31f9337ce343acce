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
 * within one round, and would learn of each image what it wants. Where impressions take part the work is bound to the set as
 * well, since a verdict says how far the nearest training image is from each. Permitting is one transaction that locks the
 * table, since two nodes on one database would otherwise count the same day at once.
 *
 * <p>No figure leaves over fewer images than the hospital and the protocol allow. Scores tell of each label by itself, so the
 * limit holds for each label, and one with fewer images is left out before anything is counted: hidden afterwards it would
 * still be in the totals, in the other labels' negatives and in the loss, and could be had by subtraction. The limit goes with
 * the permission, and what was scored by another limit than the one in force when it is sent is scored anew.
 *
 * <p>A hospital may say less than a method asks for and take part all the same: nothing of its features, or of classes of
 * many images alone, or with noise; and it may train on its own images alone where others train on impressions too.
 */
package org.consilium.site.policy;
