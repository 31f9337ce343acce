package org.consilium.server.study;

import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.protocol.ProtocolJson;
import org.consilium.contract.protocol.StudyProtocol;

/** Table {@code protocol}. */
@Entity
@Table(name = "protocol")
@IdClass(ProtocolKey.class)
class ProtocolRow {

    @Id
    String study;

    @Id
    int version;

    @Enumerated(EnumType.STRING)
    VersionState state;

    String body;

    String sha256;

    @Column(name = "initial_model")
    String initialModel;

    String author;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "proposed_at")
    Instant proposedAt;

    @Column(name = "decided_at")
    Instant decidedAt;

    ProtocolRow() {}

    ProtocolRow(ProtocolVersion value) {
        study = value.protocol().study().value();
        version = value.number();
        state = value.state();
        body = ProtocolJson.toJson(value.protocol()).toString();
        sha256 = value.digest().hex();
        initialModel = value.protocol().initialModel().hex();
        author = value.author();
        createdAt = value.createdAt();
        proposedAt = value.proposedAt().orElse(null);
        decidedAt = value.decidedAt().orElse(null);
    }

    ProtocolVersion value(List<Signature> signatures) {
        return new ProtocolVersion(
                protocol(),
                state,
                author,
                createdAt,
                Optional.ofNullable(proposedAt),
                Optional.ofNullable(decidedAt),
                signatures);
    }

    /** Returns the protocol; one that is not what was signed is used for nothing. */
    StudyProtocol protocol() {
        try (JsonReader json = Json.createReader(new StringReader(body))) {
            StudyProtocol protocol = ProtocolJson.protocol(json.readObject());
            if (!protocol.digest().hex().equals(sha256)) {
                throw new IllegalStateException("version " + version + " of the protocol of study " + study
                        + " in the database has not the SHA-256 " + sha256
                        + " that it was kept with; restore the table protocol from a backup");
            }
            return protocol;
        }
    }
}
