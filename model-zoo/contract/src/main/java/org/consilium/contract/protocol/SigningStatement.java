package org.consilium.contract.protocol;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.Texts;

/**
 * What a steward says of one version of a protocol, and puts a name to (21 CFR 11.50).
 *
 * <p>Its digest is the {@code nonce} of the log-in by which the steward signs (OpenID Connect Core 1.0, section 3.1.2.1):
 * the identity provider signs an ID token that has the person, the time of the log-in and this nonce in it, and so cannot
 * be taken from this statement to another (21 CFR 11.70).
 *
 * @param study the study
 * @param version the version's number
 * @param protocol the version's digest
 * @param site the hospital that the steward speaks for
 * @param decision what it says
 * @param reason why a version is declined, 1 to 500 characters on one line; none where it is approved
 * @param signer the identity provider's name of the person, the token's {@code sub}
 * @param askedAt when the statement was made out, to the second; the log-in must be later
 */
public record SigningStatement(
        StudyId study,
        int version,
        Sha256 protocol,
        SiteId site,
        Decision decision,
        Optional<String> reason,
        String signer,
        Instant askedAt) {

    /** First line of the canonical form. */
    static final String HEADING = "consilium protocol signature 1";

    private static final int LONGEST_REASON = 500;
    private static final int LONGEST_SIGNER = 255;

    /** What a steward decides. */
    public enum Decision {
        /** The site takes part as the version says. */
        APPROVE,
        /** The site does not take part in this version. */
        DECLINE
    }

    /** Checks everything. */
    public SigningStatement {
        Objects.requireNonNull(study, "study");
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(site, "site");
        Objects.requireNonNull(decision, "decision");
        Texts.require("signer", signer, LONGEST_SIGNER);
        askedAt = askedAt.truncatedTo(ChronoUnit.SECONDS);
        if ((decision == Decision.DECLINE) != reason.isPresent()) {
            throw new IllegalArgumentException("'reason' must be there exactly where a version is declined");
        }
        reason.ifPresent(text -> Texts.require("reason", text, LONGEST_REASON));
    }

    /** Returns the meaning of the signature (21 CFR 11.50 (a) (3)), for people. */
    public String meaning() {
        String what = "version " + version + " of the protocol of study " + study;
        return decision == Decision.APPROVE
                ? "Approval: site " + site + " takes part as " + what + " says."
                : "Refusal: site " + site + " does not take part by " + what + ".";
    }

    /** Returns the bytes that are hashed: {@link CanonicalForm} under {@value #HEADING}. */
    public byte[] canonical() {
        return new CanonicalForm(HEADING)
                .text("study", study.value())
                .whole("version", version)
                .text("protocol", protocol.hex())
                .text("site", site.value())
                .text("meaning", meaning())
                .text("reason", reason.orElse(""))
                .text("signer", signer)
                .text("askedAt", askedAt.toString())
                .bytes();
    }

    /** Returns the nonce of the log-in that signs it: the SHA-256 of {@link #canonical()}, base64url, 43 characters. */
    public String nonce() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Sha256.of(canonical()).bytes());
    }
}
