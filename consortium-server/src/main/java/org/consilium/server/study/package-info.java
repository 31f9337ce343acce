/**
 * Studies: what they do (the protocol, fixed before the start) and their course.
 *
 * <p>Decisions. Creating a study starts it, so the use case that creates one lies with the rounds, as does its HTTP
 * face, which shows the rounds.
 */
package org.consilium.server.study;
