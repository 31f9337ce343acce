package org.consilium.server.site;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.consilium.contract.Es256Key;
import org.consilium.contract.Messages;
import org.consilium.server.platform.Refusal;

/**
 * The keys by which a site gets tokens.
 *
 * @param present the key that it was admitted with or has confirmed
 * @param next the key that it is changing to, which opens the same
 */
record SiteKeys(Es256Key present, Optional<Es256Key> next) {

    SiteKeys {
        Objects.requireNonNull(present, "present");
        Objects.requireNonNull(next, "next");
    }

    /** Returns the keys of a site that is not changing to another. */
    static SiteKeys of(Es256Key present) {
        return new SiteKeys(present, Optional.empty());
    }

    /** Returns the keys with that one beside the present one; an older offer is dropped. */
    SiteKeys offered(Es256Key key) {
        return key.equals(present) ? this : new SiteKeys(present, Optional.of(key));
    }

    /** Returns the keys without that one, if it is the next; of what is not offered nothing is to be taken back. */
    SiteKeys withdrawn(Es256Key key) {
        return next.equals(Optional.of(key)) ? of(present) : this;
    }

    /**
     * Returns that key alone, if it is the next one. Of the present one nothing is to be confirmed: it was confirmed before,
     * and a confirmation that is sent once more must not drop the key that the site is changing to since then.
     *
     * @throws Refusal if it is none of these keys
     */
    SiteKeys confirmed(Es256Key key) {
        if (!key.equals(present) && !next.equals(Optional.of(key))) {
            throw Refusal.of(
                    409,
                    "key-not-offered",
                    "The key " + key.kid() + " is none that the site gets tokens by.",
                    "Offer it first with PUT /api/v1/sites/self/keys/next, or ask the coordinator of the consortium for an"
                            + " invitation.");
        }
        return key.equals(present) ? this : of(key);
    }

    /** Returns them as a JSON Web Key Set, the present key first. */
    JsonObject jwks() {
        JsonArrayBuilder keys = Json.createArrayBuilder().add(present.jwk());
        next.ifPresent(key -> keys.add(key.jwk()));
        return Json.createObjectBuilder().add("keys", keys).build();
    }

    /**
     * Reads the text of what {@link #jwks} wrote.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    static SiteKeys fromJwks(String text) {
        List<Es256Key> keys;
        try (JsonReader json = Json.createReader(new StringReader(text))) {
            keys = Messages.array(json.readObject(), "keys")
                    .getValuesAs((JsonValue key) -> Es256Key.fromJwk(key.asJsonObject()));
        } catch (JsonException | ClassCastException e) {
            throw new IllegalArgumentException("they are no JSON Web Key Set", e);
        }
        if (keys.isEmpty() || keys.size() > 2) {
            throw new IllegalArgumentException("'keys' must be one or two, not " + keys.size());
        }
        return new SiteKeys(keys.get(0), keys.stream().skip(1).findFirst());
    }
}
