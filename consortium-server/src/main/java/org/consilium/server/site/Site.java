package org.consilium.server.site;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.consilium.contract.SiteId;
import org.consilium.contract.Texts;
import org.consilium.server.platform.Refusal;

/**
 * A hospital of the consortium as the server knows it.
 *
 * @param id also its Keycloak client
 * @param name for people, 1 to 200 characters, no control characters
 * @param status whether it may take part
 * @param tokensValidFrom tokens issued before this second open nothing
 * @param lastSeenAt when its node last polled or gave a sign of life
 * @param nodeVersion what its node said then
 * @param createdAt when it was added
 * @param heartbeat what its node said of itself last
 */
public record Site(
        SiteId id,
        String name,
        SiteStatus status,
        Instant tokensValidFrom,
        Optional<Instant> lastSeenAt,
        Optional<String> nodeVersion,
        Instant createdAt,
        Optional<LastHeartbeat> heartbeat) {

    private static final int LONGEST_NAME = 200;
    private static final String REVOKED = "site-revoked";

    /** Checks that nothing is missing. */
    public Site {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(tokensValidFrom, "tokensValidFrom");
        Objects.requireNonNull(createdAt, "createdAt");
        Texts.require("name", name, LONGEST_NAME);
    }

    /** Returns a site that may take part from now on. */
    static Site added(SiteId id, String name, Instant now) {
        return new Site(
                id,
                name,
                SiteStatus.ACTIVE,
                now.truncatedTo(ChronoUnit.SECONDS),
                Optional.empty(),
                Optional.empty(),
                now,
                Optional.empty());
    }

    /** Returns the site with another name and a new key; tokens that its old key got are dead. */
    Site renewed(String newName, Instant now) {
        return new Site(id, newName, status, nextSecond(now), lastSeenAt, nodeVersion, createdAt, heartbeat);
    }

    /**
     * Returns the site with that status; one that becomes active again needs new tokens.
     *
     * @throws Refusal if it was revoked
     */
    Site withStatus(SiteStatus next, Instant now) {
        requireMember();
        boolean again = status == SiteStatus.SUSPENDED && next == SiteStatus.ACTIVE;
        Instant from = again ? nextSecond(now) : tokensValidFrom;
        return new Site(id, name, next, from, lastSeenAt, nodeVersion, createdAt, heartbeat);
    }

    /** Returns the site as one that never takes part again. */
    Site revoked() {
        return new Site(id, name, SiteStatus.REVOKED, tokensValidFrom, lastSeenAt, nodeVersion, createdAt, heartbeat);
    }

    /** Tokens carry whole seconds: one issued within this very second, before it, must not pass. */
    private static Instant nextSecond(Instant now) {
        return now.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    }

    /** Refuses to go on with a site that was revoked, whoever asks. */
    void requireMember() {
        if (status == SiteStatus.REVOKED) {
            throw Refusal.of(
                    409,
                    REVOKED,
                    "Site " + id + " was revoked, which is final.",
                    "Have the coordinator invite the hospital under another id.");
        }
    }

    /** Refuses a site that is suspended or revoked. */
    void requireActive() {
        if (status == SiteStatus.REVOKED) {
            throw Refusal.of(
                    403,
                    REVOKED,
                    "Site " + id + " was revoked, which is final.",
                    "Ask the administrator of the consortium why; nothing is lost at the site.");
        }
        if (status == SiteStatus.SUSPENDED) {
            throw Refusal.of(
                    403,
                    "site-suspended",
                    "Site " + id + " is suspended.",
                    "Ask the administrator of the consortium why; nothing is lost at the site.");
        }
    }

    /**
     * Lets a request of the site's node pass.
     *
     * @param issuedAt when its token was issued
     * @throws Refusal if the site is suspended or revoked, or the token is too old
     */
    void admit(Instant issuedAt) {
        requireActive();
        if (issuedAt.isBefore(tokensValidFrom)) {
            throw Refusal.of(
                    401,
                    "token-revoked",
                    "The token of site " + id + " was issued at " + issuedAt + ", tokens are valid from "
                            + tokensValidFrom + " on.",
                    "Get a fresh token from Keycloak and try again.");
        }
    }
}
