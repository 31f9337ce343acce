/**
 * Studies: what they do, in the versions of a protocol that hospitals sign, and where they stand.
 *
 * <p>Decisions. A study's versions are values that never change once they are proposed; a round goes by the version that
 * was in force when it was opened, and an amendment comes into force between two rounds, when everyone has signed it. While
 * it is proposed no round is opened, since half of the hospitals would train by rules that the other half has not agreed
 * to. A steward signs by logging in for this one statement: the log-in's nonce is the statement's digest, so that the
 * identity provider's own signature under the ID token binds the person, the time and the version, and an auditor needs to
 * believe neither the server nor the database. Use cases that need rounds lie with the rounds, as does the HTTP face, which
 * shows them.
 */
package org.consilium.server.study;
