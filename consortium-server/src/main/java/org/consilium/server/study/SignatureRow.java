package org.consilium.server.study;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.protocol.SigningStatement;

/** Table {@code protocol_signature}. */
@Entity
@Table(name = "protocol_signature")
@IdClass(SignatureKey.class)
class SignatureRow {

    @Id
    String study;

    @Id
    int version;

    @Id
    String site;

    @Column(name = "protocol_sha256")
    String protocolSha256;

    @Enumerated(EnumType.STRING)
    SigningStatement.Decision decision;

    String reason;
    String signer;
    String name;

    @Column(name = "asked_at")
    Instant askedAt;

    @Column(name = "authenticated_at")
    Instant authenticatedAt;

    @Column(name = "signed_at")
    Instant signedAt;

    String evidence;

    @Column(name = "evidence_key")
    String evidenceKey;

    SignatureRow() {}

    SignatureRow(Signature value) {
        SigningStatement statement = value.statement();
        study = statement.study().value();
        version = statement.version();
        site = statement.site().value();
        protocolSha256 = statement.protocol().hex();
        decision = statement.decision();
        reason = statement.reason().orElse(null);
        signer = statement.signer();
        name = value.name();
        askedAt = statement.askedAt();
        authenticatedAt = value.authenticatedAt();
        signedAt = value.signedAt();
        evidence = value.evidence();
        evidenceKey = value.evidenceKey();
    }

    Signature value() {
        return new Signature(
                new SigningStatement(
                        new StudyId(study),
                        version,
                        new Sha256(protocolSha256),
                        new SiteId(site),
                        decision,
                        Optional.ofNullable(reason),
                        signer,
                        askedAt),
                name,
                authenticatedAt,
                signedAt,
                evidence,
                evidenceKey);
    }
}
