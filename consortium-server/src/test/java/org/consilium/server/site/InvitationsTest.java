package org.consilium.server.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.consilium.contract.Es256Key;
import org.consilium.contract.Es256KeyPair;
import org.consilium.contract.SiteId;
import org.consilium.server.audit.RecordedEvents;
import org.consilium.server.platform.Refusal;
import org.consilium.server.platform.SteppedClock;
import org.junit.jupiter.api.Test;

/** How a site joins: invited, claimed, decided. */
class InvitationsTest {

    private static final SiteId SITE = new SiteId("site-1");
    private static final Invitation.Wording WORDING =
            new Invitation.Wording("Hospital", "Dr. Who, +49 1", "28x28 blood cells");
    private static final Instant START = Instant.parse("2026-01-05T08:00:00.250Z");

    private final SteppedClock clock = new SteppedClock(START);
    private final RecordedEvents audit = new RecordedEvents();
    private final Sites sites = new Sites(new MemorySiteStore(), clock, new SiteChanges(), audit);
    private final Es256Key key = Es256KeyPair.generate().publicKey();
    private final MemorySiteClients keycloak = new MemorySiteClients();
    private final Invitations invitations = new Invitations(new MemoryInvitationStore(), keycloak, sites, clock, audit);

    @Test
    void a_site_that_was_invited_and_approved_is_a_member_with_the_key_that_it_made() {
        Invitations.Invited invited = invite();
        assertThat(invited.invitation().state()).isEqualTo(InvitationState.OPEN);
        assertThat(invited.code()).matches("([0-9A-Z]{5}-){4}[0-9A-Z]{5}");
        Invitation claimed = claim(invited.code(), key);
        assertThat(claimed.state()).isEqualTo(InvitationState.REQUESTED);
        assertThat(sites.all()).as("nobody is let in by a code").isEmpty();

        Invitation approved = invitations.approve(claimed.id(), key.kid(), "admin");

        assertThat(approved.state()).isEqualTo(InvitationState.APPROVED);
        assertThat(approved.decision().orElseThrow().by()).isEqualTo("admin");
        assertThat(keycloak.told).containsExactly("site-1 Hospital " + key.kid());
        assertThat(sites.all()).extracting(Site::name).containsExactly("Hospital");
        assertThat(sites.isActive(SITE)).isTrue();
        assertThat(claim(invited.code(), key)).as("the node learns it").isEqualTo(approved);
    }

    @Test
    void approving_again_changes_nothing_and_does_the_rest_after_a_failure() {
        Invitation claimed = claim(invite().code(), key);
        keycloak.isAway = true;
        assertRefused(() -> invitations.approve(claimed.id(), key.kid(), "admin"), 503, "keycloak-unreachable");
        assertThat(sites.all()).isEmpty();
        assertThat(invitations.all().get(0).state()).isEqualTo(InvitationState.REQUESTED);
        keycloak.isAway = false;
        Invitation approved = invitations.approve(claimed.id(), key.kid(), "admin");
        clock.advance(Duration.ofHours(1));
        assertThat(invitations.approve(claimed.id(), key.kid(), "another")).isEqualTo(approved);
        assertThat(keycloak.told).hasSize(1);
        sites.admit(SITE, START.plusSeconds(1));
    }

    @Test
    void only_the_key_whose_fingerprint_was_compared_is_let_in() {
        Invitation claimed = claim(invite().code(), key);
        assertRefused(
                () -> invitations.approve(
                        claimed.id(), Es256KeyPair.generate().publicKey().kid(), "admin"),
                409,
                "fingerprint-differs");
        assertThat(keycloak.told).isEmpty();
        assertThat(invitations
                        .approve(claimed.id(), " " + key.kid() + " ", "admin")
                        .state())
                .isEqualTo(InvitationState.APPROVED);
    }

    @Test
    void a_code_is_good_for_one_key_and_its_owner_may_ask_again_at_any_time() {
        String code = invite().code();
        Invitation claimed = claim(code, key);
        clock.advance(Duration.ofDays(30));
        assertThat(claim(code.toLowerCase(java.util.Locale.ROOT).replace("-", " "), key))
                .isEqualTo(claimed);
        assertRefused(() -> claim(code, Es256KeyPair.generate().publicKey()), 409, "code-used");
    }

    @Test
    void a_code_expires_and_the_site_may_then_be_invited_again() {
        Invitations.Invited first = invite();
        assertRefused(this::invite, 409, "invitation-open");
        clock.advance(Duration.ofDays(7));
        assertRefused(() -> claim(first.code(), key), 410, "code-expired");
        Invitations.Invited second = invite();
        assertThat(audit.codes()).containsExactly("site.invited", "site.invitation-withdrawn", "site.invited");
        assertRefused(() -> claim(first.code(), key), 410, "code-withdrawn");
        assertThat(claim(second.code(), key).id()).isEqualTo(second.invitation().id());
    }

    @Test
    void an_unknown_code_opens_nothing() {
        invite();
        assertRefused(() -> claim("7K2MD-0Q9XA-B3JTV-58WEC-R1HNZ", key), 404, "code-unknown");
        assertThatThrownBy(() -> EnrolmentCode.parse("7K2MD")).hasMessageContaining("25 letters and digits");
    }

    @Test
    void an_invitation_is_taken_back_only_before_its_code_is_used() {
        Invitations.Invited invited = invite();
        Invitation withdrawn = invitations.withdraw(invited.invitation().id(), "coordinator");
        assertThat(invitations.withdraw(withdrawn.id(), "another")).isEqualTo(withdrawn);
        assertRefused(() -> claim(invited.code(), key), 410, "code-withdrawn");
        assertRefused(() -> invitations.approve(withdrawn.id(), key.kid(), "admin"), 409, "invitation-not-requested");
        Invitation claimed = claim(invite().code(), key);
        assertRefused(() -> invitations.withdraw(claimed.id(), "coordinator"), 409, "invitation-claimed");
        assertRefused(() -> invitations.withdraw(99, "coordinator"), 404, "invitation-unknown");
    }

    @Test
    void a_rejected_site_learns_why_and_is_no_member() {
        String code = invite().code();
        Invitation claimed = claim(code, key);
        assertThatThrownBy(() -> invitations.reject(claimed.id(), "admin", " ")).hasMessageContaining("'reason'");
        Invitation rejected = invitations.reject(claimed.id(), "admin", "The fingerprint differs.");
        assertThat(claim(code, key).decision().orElseThrow().reason()).contains("The fingerprint differs.");
        assertThat(invitations.reject(claimed.id(), "admin", "Again.")).isEqualTo(rejected);
        assertRefused(() -> invitations.approve(claimed.id(), key.kid(), "admin"), 409, "invitation-not-requested");
        assertThat(sites.all()).isEmpty();
    }

    @Test
    void a_member_that_lost_its_key_is_invited_again_and_tokens_of_the_old_key_are_dead() {
        invitations.approve(claim(invite().code(), key).id(), key.kid(), "admin");
        clock.advance(Duration.ofDays(1));
        Instant old = clock.instant();
        Es256Key next = Es256KeyPair.generate().publicKey();
        invitations.approve(claim(invite().code(), next).id(), next.kid(), "admin");
        assertThat(keycloak.told).last().isEqualTo("site-1 Hospital " + next.kid());
        assertRefused(() -> sites.admit(SITE, old), 401, "token-revoked");
    }

    @Test
    void a_revoked_site_gets_no_more_tokens_and_is_neither_let_in_nor_invited_again() {
        invitations.approve(claim(invite().code(), key).id(), key.kid(), "admin");
        Es256Key next = Es256KeyPair.generate().publicKey();
        Invitation waiting = claim(invite().code(), next);
        keycloak.isAway = true;
        assertRefused(() -> invitations.revoke(SITE, "It has closed."), 503, "keycloak-unreachable");
        assertThat(sites.isActive(SITE)).as("nothing is half done").isTrue();
        keycloak.isAway = false;
        assertThatThrownBy(() -> invitations.revoke(SITE, " ")).hasMessageContaining("'reason'");

        assertThat(invitations.revoke(SITE, "It has closed.").status()).isEqualTo(SiteStatus.REVOKED);

        assertThat(keycloak.told).last().isEqualTo("site-1 shut");
        assertRefused(() -> invitations.approve(waiting.id(), next.kid(), "admin"), 409, "site-revoked");
        invitations.reject(waiting.id(), "admin", "It has closed.");
        assertRefused(this::invite, 409, "site-revoked");
        assertRefused(() -> invitations.revoke(new SiteId("nowhere"), "None."), 404, "site-unknown");
        assertThat(keycloak.told).hasSize(2);
        assertThat(audit.codes()).containsOnlyOnce("site.revoked");
    }

    @Test
    void codes_are_drawn_anew_and_typed_as_people_type() {
        assertThat(invite().code())
                .isNotEqualTo(invitations
                        .invite(new SiteId("site-2"), WORDING, Duration.ofDays(1), "coordinator")
                        .code());
        assertThat(EnrolmentCode.parse("o1234 i5678-l9abc defgh jkmnp").text())
                .isEqualTo("01234-15678-19ABC-DEFGH-JKMNP");
        assertThat(EnrolmentCode.parse("01234-15678-19ABC-DEFGH-JKMNP").toString())
                .as("a log does not show it")
                .doesNotContain("JKMNP");
    }

    private Invitations.Invited invite() {
        return invitations.invite(SITE, WORDING, Duration.ofDays(7), "coordinator");
    }

    private Invitation claim(String code, Es256Key by) {
        return invitations.claim(EnrolmentCode.parse(code), new Invitation.Claim(by, "0.1.0", clock.instant()));
    }

    private static void assertRefused(ThrowingCallable call, int status, String code) {
        assertThatThrownBy(call).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.problem().code()).isEqualTo(code);
            assertThat(refusal.problem().status()).isEqualTo(status);
        });
    }
}
