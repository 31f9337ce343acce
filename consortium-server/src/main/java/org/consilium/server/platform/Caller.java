package org.consilium.server.platform;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.consilium.contract.SiteId;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Who sent the request, by its checked token. */
@RequestScoped
public class Caller {

    /** Role of a site node's service account. */
    public static final String SITE_NODE = "site-node";

    /** Role that plans and runs studies. */
    public static final String COORDINATOR = "coordinator";

    /** Role that admits and suspends sites. */
    public static final String ADMINISTRATOR = "administrator";

    /** Role that reads everything and changes nothing. */
    public static final String AUDITOR = "auditor";

    /** Role that speaks for one hospital: signs protocols, withdraws it from studies. */
    public static final String STEWARD = "steward";

    @Inject
    JsonWebToken token;

    /** Returns whether the caller has the role. */
    public boolean has(String role) {
        return token.getGroups() != null && token.getGroups().contains(role);
    }

    /** Returns the site whose node is calling; its Keycloak client has the site's id. */
    public SiteId site() {
        Object client = token.claim("azp").map(Object::toString).orElse("");
        try {
            return new SiteId(client.toString().replace("\"", ""));
        } catch (IllegalArgumentException e) {
            throw Refusal.of(
                    403,
                    "site-unknown",
                    "The token's client '" + client + "' is not a site of this consortium.",
                    "Ask the coordinator of the consortium for an invitation.");
        }
    }

    /**
     * Returns the site that the caller speaks for as its steward, by the token's claim {@code site}.
     *
     * @throws Refusal if the token names none
     */
    public SiteId stewardOf() {
        String site = token.claim("site")
                .map(Object::toString)
                .map(text -> text.replace("\"", ""))
                .orElse("");
        try {
            return new SiteId(site);
        } catch (IllegalArgumentException e) {
            throw Refusal.of(
                    403,
                    "steward-of-none",
                    "The token of '" + name() + "' names no site that this steward speaks for.",
                    "Have the administrator set the attribute 'site' of this user in Keycloak, and log in again.");
        }
    }

    /** Returns whether the caller reads only what concerns the own site. */
    public boolean readsAsStewardOnly() {
        return !has(COORDINATOR) && !has(AUDITOR);
    }

    /** Returns when the token was issued, to the second. */
    public Instant issuedAt() {
        return Instant.ofEpochSecond(token.getIssuedAtTime());
    }

    /** Returns the client that the token was given to. */
    public String client() {
        return token.claim("azp").map(Object::toString).orElse("").replace("\"", "");
    }

    /** Returns the site that the caller speaks for as its steward, if the token names one. */
    public Optional<String> siteClaim() {
        return token.claim("site")
                .map(Object::toString)
                .map(text -> text.replace("\"", ""))
                .filter(text -> !text.isBlank());
    }

    /** Returns the session that the token belongs to; the token's own id where it belongs to none. */
    public String session() {
        return token.claim("sid")
                .map(Object::toString)
                .map(text -> text.replace("\"", ""))
                .orElseGet(() -> client() + "/" + subject());
    }

    /** Returns the token's subject. */
    public String subject() {
        return token.getSubject() == null ? "" : token.getSubject();
    }

    /** Returns the caller's name. */
    public String name() {
        return token.getName() == null ? "" : token.getName();
    }

    /** Returns the caller's roles, sorted. */
    public Set<String> roles() {
        return token.getGroups() == null ? Set.of() : new TreeSet<>(token.getGroups());
    }
}
