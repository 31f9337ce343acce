package org.consilium.quickstart.audit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.contract.protocol.SigningStatement.Decision;
import org.consilium.quickstart.audit.RecordFacts.Version;

/**
 * Checks the signatures of protocols: the statement is made anew, its digest is the nonce of the log-in, the identity
 * provider has signed the log-in, and a record tells of each.
 */
final class SignaturesCheck {

    private static final String FILE = BundleFormat.SIGNATURES;

    private final Bundle bundle;
    private final RecordFacts facts;
    private final ProtocolsCheck protocols;
    private final Findings findings;
    private final Set<String> seen = new HashSet<>();
    private final Map<Version, Set<SiteId>> approvals = new TreeMap<>();
    private final Map<String, String> providers = new TreeMap<>();
    private long count;

    SignaturesCheck(Bundle bundle, RecordFacts facts, ProtocolsCheck protocols, Findings findings) {
        this.bundle = bundle;
        this.facts = facts;
        this.protocols = protocols;
        this.findings = findings;
    }

    /** Checks them all. */
    void run() throws IOException {
        if (bundle.has(FILE)) {
            long number = 0;
            try (InputStream in = bundle.open(FILE)) {
                LineReader lines = new LineReader(in);
                for (byte[] line = lines.next(); line != null; line = lines.next()) {
                    number++;
                    check(line, FILE + " line " + number);
                }
            } catch (DamagedEntry e) {
                bundle.damaged(FILE, e);
            }
            count = number;
        }
        if (bundle.manifest().isComplete()) {
            facts.signatures()
                    .forEachLeft(seq -> findings.at(
                            seq,
                            "unsigned-record",
                            "it tells of a signature that " + FILE
                                    + " has not, or has otherwise; ask the consortium for it"));
            facts.approved().forEach(this::checkApproved);
        }
    }

    private void check(byte[] line, String where) {
        try {
            StrictJson json = StrictJson.parse(LineReader.text(line))
                    .only(
                            "study",
                            "version",
                            "protocol",
                            "site",
                            "decision",
                            "reason",
                            "signer",
                            "name",
                            "meaning",
                            "askedAt",
                            "authenticatedAt",
                            "signedAt",
                            "idToken",
                            "idTokenKey");
            SigningStatement statement = new SigningStatement(
                    new StudyId(json.text("study")),
                    json.small("version"),
                    json.digest("protocol"),
                    new SiteId(json.text("site")),
                    Decision.valueOf(json.text("decision")),
                    json.optionalText("reason"),
                    json.text("signer"),
                    json.instant("askedAt"));
            check(json, statement, where);
        } catch (IllegalArgumentException e) {
            findings.in(where, "signature", e.getMessage() + "; ask the signer whether it is theirs");
        }
    }

    private void check(StrictJson json, SigningStatement statement, String where) {
        Version version = new Version(statement.study().value(), statement.version());
        if (!seen.add(version + "/" + statement.site())) {
            wrong(where, "site " + statement.site() + " has signed " + version + " twice");
        }
        if (!json.text("meaning").equals(statement.meaning())) {
            wrong(where, "its meaning is not that of the statement that was signed");
        }
        protocols.protocol(version).ifPresent(protocol -> {
            if (!protocol.digest().equals(statement.protocol())) {
                wrong(where, "it is under another protocol than the bundle has as " + version);
            }
            if (!protocol.participants().contains(statement.site())) {
                wrong(where, "site " + statement.site() + " is no participant of " + version);
            }
        });
        LogIn logIn = LogIn.verified(json.text("idToken"), json.text("idTokenKey"));
        check(json, statement, logIn, where);
        record(json, statement, version, where);
        if (statement.decision() == Decision.APPROVE) {
            approvals.computeIfAbsent(version, none -> new TreeSet<>()).add(statement.site());
        }
        providers.put(digest(json.text("idTokenKey")), logIn.issuer());
    }

    private void check(StrictJson json, SigningStatement statement, LogIn logIn, String where) {
        if (!logIn.nonce().equals(statement.nonce())) {
            wrong(where, "the log-in was not made for this statement (its nonce is another)");
        }
        if (!logIn.subject().equals(statement.signer()) || !logIn.isNamed(json.text("name"))) {
            wrong(where, "the person who logged in is not the signer");
        }
        if (!logIn.site().equals(statement.site().value()) || !logIn.isSteward()) {
            wrong(where, "the person who logged in is no steward of site " + statement.site());
        }
        if (!logIn.isForSigning()) {
            wrong(where, "the log-in was made for something else than signing");
        }
        Instant authenticated = json.instant("authenticatedAt");
        if (!logIn.at().equals(authenticated)
                || logIn.at().isBefore(statement.askedAt())
                || json.instant("signedAt").isBefore(authenticated)) {
            wrong(
                    where,
                    "the times do not follow each other: asked at " + statement.askedAt() + ", logged in at "
                            + logIn.at() + ", signed at " + json.text("signedAt"));
        }
    }

    private void record(StrictJson json, SigningStatement statement, Version version, String where) {
        String claim = RecordFacts.signature(
                version,
                statement.protocol().hex(),
                statement.site().value(),
                statement.decision().name(),
                Map.of(
                        "signer",
                        statement.signer(),
                        "meaning",
                        statement.meaning(),
                        "idTokenHash",
                        digest(json.text("idToken")),
                        "idTokenKeyHash",
                        digest(json.text("idTokenKey"))));
        if (facts.signatures().take(claim).isEmpty() && bundle.manifest().isComplete()) {
            findings.in(
                    where,
                    "unrecorded-signature",
                    "no record tells of just this signature of site " + statement.site() + " under " + version
                            + "; ask the consortium why");
        }
    }

    /** All participants must have signed a version that counts as approved, but those that had left by then. */
    private void checkApproved(Version version, Set<SiteId> left) {
        protocols.protocol(version).ifPresent(protocol -> {
            Set<SiteId> missing = new TreeSet<>(protocol.participants());
            missing.removeAll(approvals.getOrDefault(version, Set.of()));
            missing.removeAll(left);
            if (!missing.isEmpty()) {
                findings.in(
                        FILE,
                        "missing-signature",
                        version + " counts as approved, but there is no approval of " + missing
                                + "; ask the consortium");
            }
        });
    }

    private void wrong(String where, String what) {
        findings.in(where, "signature", what + "; ask the signer whether it is theirs");
    }

    private static String digest(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    long count() {
        return count;
    }

    /** Returns the identity providers' issuers by the SHA-256 of the keys that signed log-ins. */
    Map<String, String> providers() {
        return providers;
    }
}
