package org.consilium.server.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.consilium.contract.Es256Key;
import org.consilium.contract.Es256KeyPair;
import org.consilium.contract.KeyRotation;
import org.consilium.contract.KeyRotation.Step;
import org.consilium.contract.SiteId;
import org.consilium.contract.audit.NoteKey;
import org.consilium.server.audit.AuditEvent;
import org.consilium.server.audit.RecordedEvents;
import org.consilium.server.platform.Refusal;
import org.consilium.server.platform.SteppedClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a site changes to a new key: offered, confirmed. */
class KeyRotationsTest {

    private static final SiteId SITE = new SiteId("site-1");
    private static final String ISSUER = "https://keycloak.test/realms/consilium";
    private static final Instant START = Instant.parse("2026-01-05T08:00:00.250Z");

    /** It tells each change, which nobody needs to read here. */
    private static final Logger LOG = Logger.getLogger(KeyRotations.class.getName());

    static {
        LOG.setLevel(Level.OFF);
    }

    private final SteppedClock clock = new SteppedClock(START);
    private final RecordedEvents audit = new RecordedEvents();
    private final Sites sites = new Sites(new MemorySiteStore(), clock, new SiteChanges(), audit);
    private final MemorySiteClients keycloak = new MemorySiteClients();
    private final KeyRotations rotations = new KeyRotations(sites, keycloak, ISSUER, clock, audit, audit);
    private final Es256KeyPair present = Es256KeyPair.generate();
    private final Es256KeyPair next = Es256KeyPair.generate();

    @BeforeEach
    void admit() {
        sites.enrolled(SITE, "Hospital");
        keycloak.admit(SITE, "Hospital", present.publicKey());
        keycloak.told.clear();
    }

    @Test
    void both_keys_work_until_the_new_one_is_confirmed_and_then_it_works_alone() {
        assertThat(offer(next)).isEqualTo(keycloak.keys(SITE));
        assertThat(keycloak.keys(SITE).present()).isEqualTo(present.publicKey());
        assertThat(keycloak.keys(SITE).next()).contains(next.publicKey());

        assertThat(confirm(next)).isEqualTo(keycloak.keys(SITE));
        assertThat(keycloak.keys(SITE)).isEqualTo(SiteKeys.of(next.publicKey()));
        sites.admit(SITE, START);
    }

    @Test
    void each_step_may_be_repeated_and_changes_nothing_then() {
        offer(next);
        clock.advance(Duration.ofHours(1));
        offer(next);
        confirm(next);
        clock.advance(Duration.ofHours(1));
        confirm(next);
        assertThat(keycloak.told).hasSize(2);
    }

    @Test
    void a_site_may_offer_another_key_instead_or_stay_with_its_present_one() {
        offer(next);
        Es256KeyPair other = Es256KeyPair.generate();
        offer(other);
        assertRefused(() -> confirm(next), 409, "key-not-offered");
        assertThat(withdraw(other)).isEqualTo(SiteKeys.of(present.publicKey()));
        assertThat(keycloak.keys(SITE)).isEqualTo(SiteKeys.of(present.publicKey()));
        assertRefused(() -> confirm(other), 409, "key-not-offered");
        assertThat(audit.all())
                .last()
                .isEqualTo(new AuditEvent.SiteKeyWithdrawn(
                        SITE,
                        other.publicKey().kid(),
                        NoteKey.of(SITE.value(), present.publicKey().publicKey())));
        clock.advance(Duration.ofSeconds(1));
        assertThat(offer(present)).as("the key that it has").isEqualTo(SiteKeys.of(present.publicKey()));
    }

    /** Good for five minutes, with any live token: it dropped the key that the node may be using by now. */
    @Test
    void a_confirmation_that_is_replayed_does_not_drop_the_key_that_the_site_is_changing_to_since_then() {
        offer(next);
        KeyRotation captured = step(Step.CONFIRMATION, next.publicKey());
        rotations.confirm(SITE, clock.instant(), captured);
        Es256KeyPair third = Es256KeyPair.generate();
        KeyRotation offer = step(Step.OFFER, third.publicKey());
        String consent = offer.toJson(third::sign, next::sign).getString("consent");
        rotations.offer(SITE, clock.instant(), offer, consent);

        assertThat(rotations.confirm(SITE, clock.instant(), captured).next()).contains(third.publicKey());

        assertThat(keycloak.keys(SITE)).isEqualTo(new SiteKeys(next.publicKey(), Optional.of(third.publicKey())));
        assertThat(confirm(third)).isEqualTo(SiteKeys.of(third.publicKey()));
    }

    @Test
    void an_offer_that_was_taken_back_is_not_put_back_by_a_copy_of_it_nor_in_place_of_a_later_one() {
        KeyRotation captured = step(Step.OFFER, next.publicKey());
        String consent = captured.toJson(next::sign, present::sign).getString("consent");
        rotations.offer(SITE, clock.instant(), captured, consent);
        withdraw(next);
        assertRefused(() -> rotations.offer(SITE, clock.instant(), captured, consent), 422, "key-rotation-invalid");
        clock.advance(Duration.ofSeconds(1));
        Es256KeyPair third = Es256KeyPair.generate();
        offer(third);
        assertRefused(() -> rotations.offer(SITE, clock.instant(), captured, consent), 422, "key-rotation-invalid");
        assertThat(keycloak.keys(SITE).next()).contains(third.publicKey());
    }

    @Test
    void taking_back_is_the_present_keys_right_and_may_be_repeated_and_takes_back_no_other_key() {
        offer(next);
        KeyRotation withdrawal = step(Step.WITHDRAWAL, next.publicKey());
        String nextOnes = withdrawal.toJson(next::sign, next::sign).getString("consent");
        assertRefused(
                () -> rotations.withdraw(SITE, clock.instant(), withdrawal, nextOnes), 422, "key-rotation-invalid");
        withdraw(Es256KeyPair.generate());
        assertThat(keycloak.keys(SITE).next()).contains(next.publicKey());
        for (int i = 0; i < 2; i++) {
            assertThat(withdraw(next)).isEqualTo(SiteKeys.of(present.publicKey()));
        }
        assertThat(keycloak.told).hasSize(2);
        assertThat(withdraw(present)).as("the key that it has").isEqualTo(SiteKeys.of(present.publicKey()));
    }

    @Test
    void a_key_that_was_not_offered_is_not_confirmed() {
        assertRefused(() -> confirm(next), 409, "key-not-offered");
        assertThat(keycloak.told).isEmpty();
    }

    @Test
    void a_token_alone_changes_no_key() {
        Es256KeyPair thief = Es256KeyPair.generate();
        KeyRotation offer = step(Step.OFFER, thief.publicKey());
        String own = offer.toJson(thief::sign, thief::sign).getString("consent");
        assertRefused(() -> rotations.offer(SITE, clock.instant(), offer, own), 422, "key-rotation-invalid");
        offer(next);
        String nextOnes = offer.toJson(thief::sign, next::sign).getString("consent");
        assertRefused(() -> rotations.offer(SITE, clock.instant(), offer, nextOnes), 422, "key-rotation-invalid");
        assertThat(keycloak.keys(SITE).next()).contains(next.publicKey());
    }

    @Test
    void the_old_key_consents_to_nothing_any_more_once_the_new_one_is_confirmed() {
        offer(next);
        confirm(next);
        KeyRotation offer = step(Step.OFFER, present.publicKey());
        String consent = offer.toJson(present::sign, present::sign).getString("consent");
        assertRefused(() -> rotations.offer(SITE, clock.instant(), offer, consent), 422, "key-rotation-invalid");
        assertRefused(() -> confirm(present), 409, "key-not-offered");
        assertThat(keycloak.keys(SITE)).isEqualTo(SiteKeys.of(next.publicKey()));
    }

    @Test
    void a_step_of_another_kind_site_consortium_or_time_is_refused() {
        assertInvalid(step(Step.CONFIRMATION, next.publicKey()));
        assertInvalid(new KeyRotation(Step.OFFER, new SiteId("site-2"), ISSUER, clock.instant(), next.publicKey()));
        assertInvalid(new KeyRotation(Step.OFFER, SITE, "https://other", clock.instant(), next.publicKey()));
        assertInvalid(new KeyRotation(Step.OFFER, SITE, ISSUER, START.minusSeconds(600), next.publicKey()));
        assertRefused(
                () -> rotations.confirm(SITE, clock.instant(), step(Step.OFFER, present.publicKey())),
                422,
                "key-rotation-invalid");
        assertThat(keycloak.told).isEmpty();
    }

    @Test
    void a_site_that_is_suspended_or_not_known_changes_no_key() {
        offer(next);
        sites.setStatus(SITE, SiteStatus.SUSPENDED);
        assertRefused(() -> offer(Es256KeyPair.generate()), 403, "site-suspended");
        assertRefused(() -> confirm(next), 403, "site-suspended");
        assertThat(keycloak.told).hasSize(1);
        SiteId nobody = new SiteId("nobody");
        KeyRotation foreign = new KeyRotation(Step.CONFIRMATION, nobody, ISSUER, clock.instant(), next.publicKey());
        assertRefused(() -> rotations.confirm(nobody, clock.instant(), foreign), 403, "site-unknown");
    }

    /** The request passed the gate before the administrator approved the new key of a site that had lost its own. */
    @Test
    void a_token_of_a_key_that_was_replaced_by_an_invitation_changes_no_key() {
        Instant old = clock.instant();
        clock.advance(Duration.ofSeconds(10));
        keycloak.admit(SITE, "Hospital", next.publicKey());
        sites.enrolled(SITE, "Hospital");
        KeyRotation offer = step(Step.OFFER, present.publicKey());
        String consent = offer.toJson(present::sign, next::sign).getString("consent");
        assertRefused(() -> rotations.offer(SITE, old, offer, consent), 401, "token-revoked");
        assertThat(keycloak.keys(SITE)).isEqualTo(SiteKeys.of(next.publicKey()));
    }

    @Test
    void while_keycloak_is_away_nothing_changes_and_the_same_step_does_it_afterwards() {
        keycloak.isAway = true;
        assertRefused(() -> offer(next), 503, "keycloak-unreachable");
        keycloak.isAway = false;
        offer(next);
        keycloak.isAway = true;
        assertRefused(() -> confirm(next), 503, "keycloak-unreachable");
        keycloak.isAway = false;
        keycloak.isAway = true;
        assertRefused(() -> withdraw(next), 503, "keycloak-unreachable");
        keycloak.isAway = false;
        confirm(next);
        assertThat(keycloak.keys(SITE)).isEqualTo(SiteKeys.of(next.publicKey()));
    }

    @Test
    void a_key_that_keycloak_took_before_the_server_failed_is_recorded_when_the_step_is_repeated() {
        keycloak.give(SITE, keycloak.keys(SITE).offered(next.publicKey()));
        offer(next);
        offer(next);
        assertThat(audit.codes()).containsExactly("site.key-rotation-begun");
        keycloak.give(SITE, SiteKeys.of(next.publicKey()));
        confirm(next);
        confirm(next);
        assertThat(audit.codes()).containsExactly("site.key-rotation-begun", "site.key-rotated");
    }

    @Test
    void the_keys_of_sites_are_told_as_far_as_keycloak_tells_them() {
        SiteId changed = new SiteId("changed-by-hand");
        offer(next);
        assertThat(rotations.keys(List.of(changed, SITE)))
                .isEqualTo(Map.of(SITE, new SiteKeys(present.publicKey(), Optional.of(next.publicKey()))));
        keycloak.isAway = true;
        assertThat(rotations.keys(List.of(changed, SITE))).isEmpty();
    }

    @Test
    void a_site_is_shown_with_the_fingerprints_of_its_keys_or_with_none() {
        Site site = sites.all().get(0);
        JsonObject shown = SiteJson.of(site, new SiteHealth.NeverSeen(), Optional.of(SiteKeys.of(present.publicKey())));
        assertThat(shown.getString("keyFingerprint"))
                .isEqualTo(present.publicKey().kid());
        assertThat(shown.isNull("nextKeyFingerprint")).isTrue();
        SiteKeys both = SiteKeys.of(present.publicKey()).offered(next.publicKey());
        assertThat(SiteJson.of(site, new SiteHealth.NeverSeen(), Optional.of(both))
                        .getString("nextKeyFingerprint"))
                .isEqualTo(next.publicKey().kid());
        assertThat(SiteJson.of(site, new SiteHealth.NeverSeen(), Optional.empty())
                        .isNull("keyFingerprint"))
                .isTrue();
    }

    @Test
    void keys_are_read_as_they_are_written_and_others_are_refused() {
        SiteKeys both = SiteKeys.of(present.publicKey()).offered(next.publicKey());
        assertThat(SiteKeys.fromJwks(both.jwks().toString())).isEqualTo(both);
        SiteKeys one = SiteKeys.of(present.publicKey());
        assertThat(SiteKeys.fromJwks(one.jwks().toString())).isEqualTo(one);
        assertThat(one.jwks()).isEqualTo(present.publicKey().jwks());
        String jwk = present.publicKey().jwk().toString();
        for (String bad : new String[] {
            "",
            "[]",
            "{}",
            "{\"keys\":[]}",
            "{\"keys\":[1]}",
            "{\"keys\":[{\"kty\":\"RSA\",\"crv\":\"\"}]}",
            "{\"keys\":[" + jwk + "," + jwk + "," + jwk + "]}"
        }) {
            assertThatThrownBy(() -> SiteKeys.fromJwks(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private SiteKeys offer(Es256KeyPair key) {
        KeyRotation offer = step(Step.OFFER, key.publicKey());
        String consent = offer.toJson(key::sign, present::sign).getString("consent");
        return rotations.offer(SITE, clock.instant(), offer, consent);
    }

    private SiteKeys withdraw(Es256KeyPair key) {
        KeyRotation withdrawal = step(Step.WITHDRAWAL, key.publicKey());
        String consent = withdrawal.toJson(key::sign, present::sign).getString("consent");
        return rotations.withdraw(SITE, clock.instant(), withdrawal, consent);
    }

    private SiteKeys confirm(Es256KeyPair key) {
        return rotations.confirm(SITE, clock.instant(), step(Step.CONFIRMATION, key.publicKey()));
    }

    private KeyRotation step(Step step, Es256Key key) {
        return new KeyRotation(step, SITE, ISSUER, clock.instant(), key);
    }

    private void assertInvalid(KeyRotation offer) {
        String consent = offer.toJson(next::sign, present::sign).getString("consent");
        assertRefused(() -> rotations.offer(SITE, clock.instant(), offer, consent), 422, "key-rotation-invalid");
    }

    private static void assertRefused(ThrowingCallable call, int status, String code) {
        assertThatThrownBy(call).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.problem().code()).isEqualTo(code);
            assertThat(refusal.problem().status()).isEqualTo(status);
        });
    }
}
