package org.consilium.contract;

import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * Says what is wrong with a token that a server or a site node has refused, by what the token says of itself. Nothing is
 * let in by this: it only chooses the words.
 */
public final class RefusedToken {

    private static final long SKEW_SECONDS = 5;
    private static final String SCHEME = "bearer ";

    private RefusedToken() {}

    /**
     * Returns the problem of a refused request, status 401.
     *
     * @param header the request's Authorization, or null
     * @param issuer whose tokens are taken
     * @param audience for whom they must be
     * @param now the time
     */
    public static Problem problem(String header, String issuer, String audience, Instant now) {
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return problem(
                    "token-missing",
                    "no token",
                    "The request carries no bearer token.",
                    "Get a token for the audience " + audience
                            + " from Keycloak and send it as Authorization: Bearer.");
        }
        JsonObject claims;
        try {
            claims = TokenClaims.unverified(header.substring(SCHEME.length()).strip());
        } catch (JsonException | IllegalArgumentException | ClassCastException e) {
            return problem(
                    "token-malformed",
                    "not a token",
                    "The bearer token is not a JSON Web Token.",
                    "Send the access token exactly as Keycloak gave it.");
        }
        if (seconds(claims, "exp", Long.MAX_VALUE) <= now.getEpochSecond()) {
            return problem(
                    "token-expired",
                    "token expired",
                    "The bearer token expired at " + instant(claims, "exp") + "; here it is "
                            + now.truncatedTo(ChronoUnit.SECONDS) + ".",
                    "Get a fresh token from Keycloak and send the request again; if yours is fresh, set the clocks.");
        }
        if (seconds(claims, "iat", 0) > now.getEpochSecond() + SKEW_SECONDS) {
            return problem(
                    "token-early",
                    "token from the future",
                    "The bearer token was issued at " + instant(claims, "iat") + ", which is in the future: here it is "
                            + now.truncatedTo(ChronoUnit.SECONDS) + ".",
                    "Set the clocks of Keycloak's machine and of this one.");
        }
        if (!issuer.equals(claims.getString("iss", ""))) {
            return problem(
                    "token-issuer",
                    "token of another issuer",
                    "The bearer token is of another issuer than " + issuer + ".",
                    "Get a token from this consortium's Keycloak, by the address " + issuer + ".");
        }
        if (!audiences(claims.get("aud")).contains(audience)) {
            return problem(
                    "token-audience",
                    "token for another audience",
                    "The bearer token is for another audience than " + audience + ".",
                    "Get a token for the audience " + audience
                            + "; its client needs the scope of that name in Keycloak.");
        }
        return problem(
                "token-forged",
                "token not genuine",
                "The bearer token does not bear a valid signature of this consortium's Keycloak: it was forged, altered,"
                        + " or signed with a key that Keycloak has withdrawn.",
                "Send a fresh token as Keycloak gave it; if that does not help, GET /health/ready says whether Keycloak's"
                        + " keys can be fetched.");
    }

    private static long seconds(JsonObject claims, String name, long otherwise) {
        return claims.get(name) instanceof JsonNumber number ? number.longValue() : otherwise;
    }

    private static Instant instant(JsonObject claims, String name) {
        return Instant.ofEpochSecond(claims.getJsonNumber(name).longValue());
    }

    private static List<String> audiences(JsonValue value) {
        if (value instanceof JsonString one) {
            return List.of(one.getString());
        }
        return value instanceof JsonArray many
                ? many.stream()
                        .filter(JsonString.class::isInstance)
                        .map(each -> ((JsonString) each).getString())
                        .toList()
                : List.of();
    }

    private static Problem problem(String code, String title, String detail, String action) {
        return new Problem(code, 401, title, detail, action);
    }
}
