package org.consilium.contract;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.util.function.Function;

/**
 * A node's request to be let into the consortium. It carries the code of an invitation, the public half of a key that the
 * node made, and a signature that shows that the node has the other half.
 *
 * @param code the enrolment code, as it was given to the hospital
 * @param key the public key
 * @param nodeVersion the version of the node's software, 1 to 80 characters
 */
public record Enrolment(String code, Es256Key key, String nodeVersion) {

    private static final String PURPOSE = "consilium-enrolment";
    private static final int LONGEST_VERSION = 80;

    /** Checks the lengths. */
    public Enrolment {
        if (code == null || code.isBlank()) {
            throw new IllegalArgumentException("'code' must be an enrolment code");
        }
        if (nodeVersion == null || nodeVersion.isBlank() || nodeVersion.length() > LONGEST_VERSION) {
            throw new IllegalArgumentException("'nodeVersion' must have 1 to " + LONGEST_VERSION + " characters");
        }
    }

    /**
     * Returns the request as it is sent.
     *
     * @param signer returns the compact JSON Web Token of the given claims, signed by the private half
     */
    public JsonObject toJson(Function<JsonObject, String> signer) {
        return Json.createObjectBuilder()
                .add("code", code)
                .add("key", key.jwk())
                .add("nodeVersion", nodeVersion)
                .add("proof", signer.apply(claims()))
                .build();
    }

    /** What is signed: bound to this purpose, this code and this key, so that it proves nothing anywhere else. */
    private JsonObject claims() {
        return Json.createObjectBuilder()
                .add("purpose", PURPOSE)
                .add("code", code)
                .add("kid", key.kid())
                .build();
    }

    /**
     * Reads a request and checks its signature.
     *
     * @throws IllegalArgumentException naming the member that is wrong
     */
    public static Enrolment fromJson(JsonObject json) {
        Enrolment enrolment = new Enrolment(
                Messages.text(json, "code"),
                Es256Key.fromJwk(Messages.object(json, "key")),
                Messages.text(json, "nodeVersion"));
        JsonObject signed;
        try {
            signed = enrolment.key().verified(Messages.text(json, "proof"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'proof' does not show that the sender has the key: " + e.getMessage(), e);
        }
        if (!signed.equals(enrolment.claims())) {
            throw new IllegalArgumentException("'proof' was made for another request");
        }
        return enrolment;
    }
}
