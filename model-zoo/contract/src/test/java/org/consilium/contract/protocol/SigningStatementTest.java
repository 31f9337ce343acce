package org.consilium.contract.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.protocol.SigningStatement.Decision;
import org.junit.jupiter.api.Test;

/** A log-in's nonce belongs to one statement and no other. */
class SigningStatementTest {

    private static final Instant AT = Instant.parse("2026-11-25T12:00:00.9Z");
    private static final Sha256 DIGEST = new Sha256("ab".repeat(32));

    @Test
    void the_canonical_form_is_written_down() {
        SigningStatement statement = statement("glioma-1", 2, DIGEST, "site-1", Decision.APPROVE, "f:1", AT);
        assertThat(new String(statement.canonical(), StandardCharsets.UTF_8)).isEqualTo("""
                        consilium protocol signature 1
                        study 8 glioma-1
                        version 1 2
                        protocol 64 abababababababababababababababababababababababababababababababab
                        site 6 site-1
                        meaning 87 Approval: site site-1 takes part as version 2 of the protocol of study glioma-1 says.
                        reason 0\s
                        signer 3 f:1
                        askedAt 20 2026-11-25T12:00:00Z
                        """.replace(
                        "meaning 87", "meaning " + statement.meaning().length()));
        assertThat(statement.nonce()).hasSize(43).matches("[A-Za-z0-9_-]+");
    }

    @Test
    void each_part_of_a_statement_is_in_its_nonce() {
        List<SigningStatement> all = List.of(
                statement("glioma-1", 2, DIGEST, "site-1", Decision.APPROVE, "f:1", AT),
                statement("glioma-2", 2, DIGEST, "site-1", Decision.APPROVE, "f:1", AT),
                statement("glioma-1", 3, DIGEST, "site-1", Decision.APPROVE, "f:1", AT),
                statement("glioma-1", 2, new Sha256("cd".repeat(32)), "site-1", Decision.APPROVE, "f:1", AT),
                statement("glioma-1", 2, DIGEST, "site-2", Decision.APPROVE, "f:1", AT),
                statement("glioma-1", 2, DIGEST, "site-1", Decision.DECLINE, "f:1", AT),
                statement("glioma-1", 2, DIGEST, "site-1", Decision.APPROVE, "f:2", AT),
                statement("glioma-1", 2, DIGEST, "site-1", Decision.APPROVE, "f:1", AT.plusSeconds(1)));
        Set<String> nonces = new HashSet<>();
        all.forEach(one -> nonces.add(one.nonce()));
        assertThat(nonces).hasSameSizeAs(all);
    }

    @Test
    void who_declines_says_why_and_who_approves_does_not() {
        assertThatThrownBy(() -> new SigningStatement(
                        new StudyId("s"), 1, DIGEST, new SiteId("a"), Decision.DECLINE, Optional.empty(), "f", AT))
                .hasMessageContaining("'reason' must be there exactly where a version is declined");
        assertThatThrownBy(() -> new SigningStatement(
                        new StudyId("s"), 1, DIGEST, new SiteId("a"), Decision.APPROVE, Optional.of("x"), "f", AT))
                .hasMessageContaining("'reason' must be there exactly where a version is declined");
    }

    private static SigningStatement statement(
            String study, int version, Sha256 protocol, String site, Decision decision, String signer, Instant at) {
        return new SigningStatement(
                new StudyId(study),
                version,
                protocol,
                new SiteId(site),
                decision,
                decision == Decision.DECLINE ? Optional.of("No.") : Optional.empty(),
                signer,
                at);
    }
}
