/**
 * The study protocol: what a study is going to do, in the form that hospitals sign.
 *
 * <p>Decisions. A signature is bound to the SHA-256 of {@linkplain org.consilium.contract.protocol.CanonicalForm bytes
 * that are defined here}, not to those of a JSON library, so that an auditor can compute them years later with nothing but
 * this description. The protocol is part of the contract because the node computes the digest itself, and compares every
 * offer with the protocol that its hospital has signed, instead of believing the server.
 */
package org.consilium.contract.protocol;
