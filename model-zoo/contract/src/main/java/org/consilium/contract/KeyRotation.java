package org.consilium.contract;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.function.Function;

/**
 * One step of a site's change to a new key, with a signature that shows that the sender has the new key's other half. The
 * first step, and the one that takes it back, also carry the consent of the present key, as an account's key is changed in RFC 8555, section 7.3.5: a
 * bearer token does not say by which key it was got, and whoever found one in a log must not put a key of their own
 * beside the site's.
 *
 * @param step which
 * @param site whose key it is
 * @param audience the issuer of tokens, for whom the key is
 * @param at when it was signed, to the second
 * @param key the new key
 */
public record KeyRotation(Step step, SiteId site, String audience, Instant at, Es256Key key) {

    /** How far the clocks of the two sides may be apart, with the time on the way. */
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final int LONGEST_AUDIENCE = 500;

    /** What is asked for. */
    public enum Step {
        /** That the new key opens what the present one opens, which goes on. */
        OFFER("consilium-key-rotation-offer"),
        /** That the new key is the only one from now on. */
        CONFIRMATION("consilium-key-rotation-confirmation"),
        /** That the new key, which has not been confirmed, opens nothing any more, and no offer of before this is taken. */
        WITHDRAWAL("consilium-key-rotation-withdrawal");

        private final String purpose;

        Step(String purpose) {
            this.purpose = purpose;
        }

        private static Step of(String purpose) {
            return Arrays.stream(values())
                    .filter(step -> step.purpose.equals(purpose))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("'proof' was made for another purpose"));
        }
    }

    /** Checks the audience. */
    public KeyRotation {
        Texts.require("aud", audience, LONGEST_AUDIENCE);
        at = at.truncatedTo(ChronoUnit.SECONDS);
    }

    /**
     * Returns a confirmation as it is sent.
     *
     * @param signer returns the compact JSON Web Token of the given claims, signed by the new key
     */
    public JsonObject toJson(Function<JsonObject, String> signer) {
        return json(signer).build();
    }

    /**
     * Returns an offer, or its withdrawal, as it is sent.
     *
     * @param signer returns the compact JSON Web Token of the given claims, signed by the new key
     * @param present the same, signed by the present key
     */
    public JsonObject toJson(Function<JsonObject, String> signer, Function<JsonObject, String> present) {
        return json(signer).add("consent", present.apply(claims())).build();
    }

    private JsonObjectBuilder json(Function<JsonObject, String> signer) {
        return Json.createObjectBuilder().add("jwk", key.jwk()).add("proof", signer.apply(claims()));
    }

    /** What is signed: good for one step of one site with one key, for this consortium, and for some minutes. */
    private JsonObject claims() {
        return Json.createObjectBuilder()
                .add("purpose", step.purpose)
                .add("site", site.value())
                .add("aud", audience)
                .add("iat", at.getEpochSecond())
                .add("kid", key.kid())
                .build();
    }

    /**
     * Reads a step and checks that its own key signed it; what it says is compared by {@link #requireFor}.
     *
     * @throws IllegalArgumentException naming the member that is wrong
     */
    public static KeyRotation fromJson(JsonObject json) {
        Es256Key key = Es256Key.fromJwk(Messages.object(json, "jwk"));
        JsonObject signed = verified("proof", Messages.text(json, "proof"), key);
        KeyRotation rotation = new KeyRotation(
                Step.of(Messages.text(signed, "purpose")),
                new SiteId(Messages.text(signed, "site")),
                Messages.text(signed, "aud"),
                instant(signed),
                key);
        if (!signed.equals(rotation.claims())) {
            throw new IllegalArgumentException("'proof' was made for another key");
        }
        return rotation;
    }

    private static Instant instant(JsonObject signed) {
        long seconds = Messages.longNumber(signed, "iat");
        // The largest that an Instant takes is far beyond; years of five digits are no dates of ours.
        if (seconds < 0 || seconds > 253_402_300_799L) {
            throw new IllegalArgumentException("'iat' is no time in seconds since 1970");
        }
        return Instant.ofEpochSecond(seconds);
    }

    /**
     * Checks that it was made for this step, by this site, for this consortium, and just now.
     *
     * @throws IllegalArgumentException saying what differs
     */
    public void requireFor(Step wanted, SiteId by, String issuer, Instant now) {
        if (step != wanted) {
            throw new IllegalArgumentException("'proof' was made for another purpose, " + step.purpose);
        }
        if (!site.equals(by)) {
            throw new IllegalArgumentException("'proof' was made by site " + site + ", and site " + by + " sends it");
        }
        if (!audience.equals(issuer)) {
            throw new IllegalArgumentException(
                    "'proof' was made for " + audience + ", and this consortium is " + issuer);
        }
        if (Duration.between(at, now).abs().compareTo(TOLERANCE) > 0) {
            throw new IllegalArgumentException(
                    "'proof' is of " + at + ", and now it is " + now.truncatedTo(ChronoUnit.SECONDS)
                            + ": check both clocks, they may be " + TOLERANCE.toMinutes() + " minutes apart");
        }
    }

    /**
     * Checks that the present key signed the same.
     *
     * @param consent compact JSON Web Token
     * @throws IllegalArgumentException if it did not
     */
    public void requireConsent(Es256Key present, String consent) {
        if (!verified("consent", consent, present).equals(claims())) {
            throw new IllegalArgumentException("'consent' was made for another request than 'proof'");
        }
    }

    private static JsonObject verified(String member, String token, Es256Key key) {
        try {
            return key.verified(token);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + member + "' does not show that the sender has the key " + key.kid() + ": " + e.getMessage(),
                    e);
        }
    }
}
