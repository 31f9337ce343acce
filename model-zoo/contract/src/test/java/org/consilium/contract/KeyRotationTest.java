package org.consilium.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.consilium.contract.KeyRotation.Step;
import org.junit.jupiter.api.Test;

/** A site's steps to a new key as they cross the wire. */
class KeyRotationTest {

    private static final SiteId SITE = new SiteId("site-1");
    private static final String ISSUER = "https://keycloak.test/realms/consilium";
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.250Z");

    private final Es256KeyPair present = Es256KeyPair.generate();
    private final Es256KeyPair next = Es256KeyPair.generate();
    private final KeyRotation offer = new KeyRotation(Step.OFFER, SITE, ISSUER, NOW, next.publicKey());

    @Test
    void a_step_is_read_back_when_its_own_key_signed_it() {
        KeyRotation confirmation = new KeyRotation(Step.CONFIRMATION, SITE, ISSUER, NOW, next.publicKey());
        assertThat(KeyRotation.fromJson(confirmation.toJson(next::sign))).isEqualTo(confirmation);
        assertThat(KeyRotation.fromJson(sent())).isEqualTo(offer);
        assertThat(offer.at()).as("tokens have whole seconds").isEqualTo(Instant.parse("2026-03-01T10:00:00Z"));
    }

    @Test
    void what_is_sent_is_the_public_key_and_two_signatures_over_these_claims() {
        assertThat(sent().keySet()).containsExactlyInAnyOrder("jwk", "proof", "consent");
        assertThat(sent().getJsonObject("jwk")).isEqualTo(next.publicKey().jwk());
        JsonObject claims = Json.createObjectBuilder()
                .add("purpose", "consilium-key-rotation-offer")
                .add("site", "site-1")
                .add("aud", ISSUER)
                .add("iat", 1772359200)
                .add("kid", next.publicKey().kid())
                .build();
        assertThat(next.publicKey().verified(sent().getString("proof"))).isEqualTo(claims);
        assertThat(present.publicKey().verified(sent().getString("consent"))).isEqualTo(claims);
    }

    @Test
    void a_key_that_the_sender_does_not_have_is_refused() {
        assertRefused(
                () -> KeyRotation.fromJson(offer.toJson(present::sign)),
                "'proof' does not show that the sender has the key "
                        + next.publicKey().kid());
        JsonObject exchanged = Json.createObjectBuilder(sent())
                .add("jwk", present.publicKey().jwk())
                .build();
        assertRefused(() -> KeyRotation.fromJson(exchanged), "'proof'");
        for (String proof : new String[] {"", "a.b", "a.b.c", "e30.e30.e30", "!.!.!"}) {
            assertRefused(() -> KeyRotation.fromJson(offer.toJson(claims -> proof)), "'proof'");
        }
    }

    @Test
    void a_proof_of_another_step_site_consortium_or_time_is_refused() {
        assertThatCode(() -> offer.requireFor(Step.OFFER, SITE, ISSUER, NOW)).doesNotThrowAnyException();
        assertRefused(() -> offer.requireFor(Step.CONFIRMATION, SITE, ISSUER, NOW), "another purpose");
        assertRefused(() -> offer.requireFor(Step.OFFER, new SiteId("site-2"), ISSUER, NOW), "made by site site-1");
        assertRefused(() -> offer.requireFor(Step.OFFER, SITE, "https://other", NOW), "made for " + ISSUER);
    }

    @Test
    void a_proof_is_good_for_five_minutes_in_both_directions() {
        for (long seconds : new long[] {-300, 300}) {
            assertThatCode(() -> offer.requireFor(
                            Step.OFFER, SITE, ISSUER, offer.at().plusSeconds(seconds)))
                    .doesNotThrowAnyException();
        }
        for (long seconds : new long[] {-301, 301, 1_000_000_000}) {
            assertRefused(
                    () -> offer.requireFor(Step.OFFER, SITE, ISSUER, offer.at().plusSeconds(seconds)),
                    "check both clocks");
        }
    }

    @Test
    void the_present_key_must_have_signed_the_same() {
        assertThatCode(() -> offer.requireConsent(present.publicKey(), sent().getString("consent")))
                .doesNotThrowAnyException();
        assertRefused(
                () -> offer.requireConsent(present.publicKey(), sent().getString("proof")),
                "'consent' does not show that the sender has the key "
                        + present.publicKey().kid());
        KeyRotation other = new KeyRotation(
                Step.OFFER, SITE, ISSUER, NOW, Es256KeyPair.generate().publicKey());
        String consent = other.toJson(next::sign, present::sign).getString("consent");
        assertRefused(() -> offer.requireConsent(present.publicKey(), consent), "another request");
    }

    @Test
    void claims_that_are_not_ours_are_refused() {
        JsonObject claims = next.publicKey().verified(sent().getString("proof"));
        assertRefused(() -> signed(claims, "purpose", "consilium-enrolment"), "another purpose");
        assertRefused(() -> signed(claims, "kid", "another"), "another key");
        assertRefused(() -> signed(claims, "more", "than that"), "another key");
        assertRefused(() -> signed(claims, "iat", "yesterday"), "'iat'");
        assertRefused(
                () -> read(Json.createObjectBuilder(claims)
                        .add("iat", Long.MAX_VALUE)
                        .build()),
                "'iat'");
        assertRefused(() -> KeyRotation.fromJson(JsonObject.EMPTY_JSON_OBJECT), "'jwk'");
        assertRefused(() -> new KeyRotation(Step.OFFER, SITE, " ", NOW, next.publicKey()), "'aud'");
    }

    private JsonObject sent() {
        return offer.toJson(next::sign, present::sign);
    }

    private KeyRotation signed(JsonObject claims, String member, String value) {
        return read(Json.createObjectBuilder(claims).add(member, value).build());
    }

    private KeyRotation read(JsonObject claims) {
        return KeyRotation.fromJson(offer.toJson(ours -> next.sign(claims)));
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }
}
