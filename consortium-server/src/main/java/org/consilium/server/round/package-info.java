/**
 * Rounds: what sites are asked, what they answer, and what follows.
 *
 * <p>Decisions. Everything that is decided is a pure function over values: {@link org.consilium.server.round.Offer} what
 * a site is asked, {@link org.consilium.server.round.Answers} whether an answer is taken, {@link
 * org.consilium.server.round.Progress} what comes next. Whoever changes a round holds the lock on its row, so that
 * answers and replicas follow one another. Whoever opens or ends a round, or changes a study, holds the lock on the study's
 * row as well, taken first; answers of sites take that of the round alone, so no two can wait for each other. A study's HTTP
 * face lies here because its answer contains its rounds.
 *
 * <p>What follows an aggregation is the method's matter, and a round whose method wants nothing of it never sees those
 * states. The long arithmetic, {@link org.consilium.server.round.Refiner}, holds a claim and no lock; it alone knows the model
 * zoo, and what it needs of the sites is kept for no longer than it does.
 */
package org.consilium.server.round;
