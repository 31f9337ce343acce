package org.consilium.server.site;

import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.io.StringReader;
import java.time.Instant;
import java.util.Optional;
import org.consilium.contract.Es256Key;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;

/** Table {@code invitation}. */
@Entity
@Table(name = "invitation")
class InvitationRow {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    String site;
    String organisation;
    String contact;

    @Column(name = "expected_data")
    String expectedData;

    @Column(name = "code_sha256")
    String code;

    @Column(name = "invited_by")
    String invitedBy;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "expires_at")
    Instant expiresAt;

    @Enumerated(EnumType.STRING)
    InvitationState state;

    String jwk;

    @Column(name = "node_version")
    String nodeVersion;

    @Column(name = "requested_at")
    Instant requestedAt;

    @Column(name = "decided_by")
    String decidedBy;

    @Column(name = "decided_at")
    Instant decidedAt;

    String reason;

    InvitationRow() {}

    InvitationRow(Invitation invitation) {
        site = invitation.site().value();
        organisation = invitation.wording().organisation();
        contact = invitation.wording().contact();
        expectedData = invitation.wording().expectedData();
        code = invitation.code().hex();
        invitedBy = invitation.invitedBy();
        createdAt = invitation.createdAt();
        expiresAt = invitation.expiresAt();
        take(invitation);
    }

    /** Takes over what changes. */
    final void take(Invitation invitation) {
        state = invitation.state();
        Optional<Invitation.Claim> claim = invitation.claim();
        jwk = claim.map(one -> one.key().jwk().toString()).orElse(null);
        nodeVersion = claim.map(Invitation.Claim::nodeVersion).orElse(null);
        requestedAt = claim.map(Invitation.Claim::at).orElse(null);
        Optional<Invitation.Decision> decision = invitation.decision();
        decidedBy = decision.map(Invitation.Decision::by).orElse(null);
        decidedAt = decision.map(Invitation.Decision::at).orElse(null);
        reason = decision.flatMap(Invitation.Decision::reason).orElse(null);
    }

    Invitation invitation() {
        return new Invitation(
                id,
                new SiteId(site),
                new Invitation.Wording(organisation, contact, expectedData),
                new Sha256(code),
                invitedBy,
                createdAt,
                expiresAt,
                state,
                Optional.ofNullable(jwk).map(text -> new Invitation.Claim(key(text), nodeVersion, requestedAt)),
                Optional.ofNullable(decidedAt)
                        .map(at -> new Invitation.Decision(decidedBy, at, Optional.ofNullable(reason))));
    }

    private static Es256Key key(String jwk) {
        try (JsonReader json = Json.createReader(new StringReader(jwk))) {
            return Es256Key.fromJwk(json.readObject());
        }
    }
}
