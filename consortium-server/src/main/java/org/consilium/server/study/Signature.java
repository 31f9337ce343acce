package org.consilium.server.study;

import java.time.Instant;
import java.util.Objects;
import org.consilium.contract.SiteId;
import org.consilium.contract.protocol.SigningStatement;

/**
 * A steward's signature under one version of a protocol (21 CFR 11.50): name, time and meaning, bound to the version's
 * digest by the statement, whose digest is in the evidence.
 *
 * @param statement what was signed
 * @param name the person's name as the identity provider prints it
 * @param authenticatedAt when the person logged in for it
 * @param signedAt when it was taken
 * @param evidence the identity provider's ID token, whose nonce is the statement's digest
 * @param evidenceKey the public key that it is signed with, as JSON (RFC 7517)
 */
public record Signature(
        SigningStatement statement,
        String name,
        Instant authenticatedAt,
        Instant signedAt,
        String evidence,
        String evidenceKey) {

    /** Checks that nothing is missing. */
    public Signature {
        Objects.requireNonNull(statement, "statement");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(authenticatedAt, "authenticatedAt");
        Objects.requireNonNull(signedAt, "signedAt");
        Objects.requireNonNull(evidence, "evidence");
        Objects.requireNonNull(evidenceKey, "evidenceKey");
    }

    /** Returns the hospital that the steward speaks for. */
    public SiteId site() {
        return statement.site();
    }

    /** Returns whether it approves. */
    public boolean approves() {
        return statement.decision() == SigningStatement.Decision.APPROVE;
    }
}
