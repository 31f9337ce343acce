package org.consilium.server.study;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.protocol.SigningStatement;

/** Table {@code signing_request}. */
@Entity
@Table(name = "signing_request")
class SigningRow {

    @Id
    String nonce;

    String study;
    int version;

    @Column(name = "protocol_sha256")
    String protocolSha256;

    String site;

    @Enumerated(EnumType.STRING)
    SigningStatement.Decision decision;

    String reason;
    String signer;

    @Column(name = "asked_at")
    Instant askedAt;

    SigningRow() {}

    SigningStatement statement() {
        return new SigningStatement(
                new StudyId(study),
                version,
                new Sha256(protocolSha256),
                new SiteId(site),
                decision,
                Optional.ofNullable(reason),
                signer,
                askedAt);
    }
}
