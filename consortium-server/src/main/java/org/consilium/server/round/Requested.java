package org.consilium.server.round;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.server.platform.LogIns.LogIn;
import org.consilium.server.platform.Refusal;
import org.consilium.server.study.ProtocolVersion;

/** Pure decisions on statements that stewards were given to sign: whether a log-in signs this one. */
final class Requested {

    /** Between a person's log-in and the token that tells of it lies the way of one redirection. */
    private static final Duration OLDEST = Duration.ofSeconds(60);

    private Requested() {}

    static SigningStatement statement(
            ProtocolVersion version,
            SiteId site,
            SigningStatement.Decision decision,
            Optional<String> reason,
            String signer,
            Instant now) {
        try {
            return new SigningStatement(
                    version.protocol().study(),
                    version.number(),
                    version.digest(),
                    site,
                    decision,
                    reason,
                    signer,
                    now);
        } catch (IllegalArgumentException e) {
            throw Refusal.of(422, "signing-invalid", e.getMessage() + ".", "Correct it and send the request again.");
        }
    }

    static Refusal none(LogIn logIn) {
        return Refusal.of(
                409,
                "statement-unknown",
                "No statement that waits to be signed has the nonce '" + logIn.nonce() + "'.",
                "A statement is signed once and within " + Protocols.PATIENCE.toMinutes()
                        + " minutes: ask for a new one, and log in for that.");
    }

    /**
     * Checks that a log-in signs this statement for this request.
     *
     * @throws Refusal if the statement is of another version, site or person, is too old, or the person had logged in
     *     before it was made out
     */
    static void check(
            SigningStatement statement,
            StudyId study,
            int version,
            SiteId site,
            String signer,
            LogIn logIn,
            Optional<Instant> lastLogIn,
            Instant now) {
        if (!statement.study().equals(study) || statement.version() != version) {
            throw Refusal.of(
                    409,
                    "version-differs",
                    "The log-in signs version " + statement.version() + " of study " + statement.study()
                            + ", not version " + version + " of study " + study + ".",
                    "Ask for a statement on this version, and log in for that.");
        }
        if (!statement.site().equals(site)
                || !statement.signer().equals(signer)
                || !logIn.subject().equals(signer)
                || !logIn.site().equals(site.value())
                || !logIn.isSteward()) {
            throw Refusal.of(
                    403,
                    "signer-differs",
                    "The statement was made out for another person or site than " + site + "'s steward who sends it.",
                    "Ask for a statement of your own, and log in for that.");
        }
        if (statement.askedAt().plus(Protocols.PATIENCE).isBefore(now)) {
            throw none(logIn);
        }
        // A session that lasts would give a token for another statement without asking the person.
        boolean used = lastLogIn.filter(last -> !logIn.at().isAfter(last)).isPresent();
        if (used || logIn.at().isBefore(statement.askedAt()) || logIn.age().compareTo(OLDEST) > 0) {
            throw Refusal.of(
                    403,
                    "log-in-too-old",
                    "The person had logged in at " + logIn.at() + ", "
                            + (used
                                    ? "which has signed another statement."
                                    : "not for the statement that was made out at " + statement.askedAt() + "."),
                    "Log in again for this signature, with max_age=0.");
        }
    }
}
