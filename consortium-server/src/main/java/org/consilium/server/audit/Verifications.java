package org.consilium.server.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.transaction.Transactional;
import java.util.Optional;
import org.consilium.contract.Messages;
import org.consilium.contract.Sha256;
import org.consilium.contract.StudyId;
import org.consilium.contract.Texts;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.server.platform.Refusal;

/**
 * Records that somebody has verified a bundle. The verifier works without this server, and what it found is taken as it is
 * told; whether the bundle's root is one that this log was signed with is looked up here.
 */
@ApplicationScoped
public class Verifications {

    private final AuditStore store;
    private final AuditTrail audit;

    @Inject
    Verifications(AuditStore store, AuditTrail audit) {
        this.store = store;
        this.audit = audit;
    }

    /** For the container's proxy. */
    Verifications() {
        this(null, null);
    }

    /**
     * What is told of a verification.
     *
     * @param bundle SHA-256 of the file
     * @param size how many records the log had at the bundle's last checkpoint
     * @param root the log's root there
     * @param study whose records they were, if of one study alone
     * @param findings how many there were
     * @param verifier name and version of the program, 1 to 80 characters
     */
    public record Said(Sha256 bundle, long size, Sha256 root, Optional<StudyId> study, long findings, String verifier) {

        private static final int LONGEST = 80;

        /** Checks the figures. */
        public Said {
            if (size < 1 || findings < 0) {
                throw new IllegalArgumentException("'size' must be 1 at least, and 'findings' 0");
            }
            Texts.require("verifier", verifier, LONGEST);
        }

        static Said of(JsonObject json) {
            return new Said(
                    new Sha256(Messages.text(json, "bundle")),
                    Messages.longNumber(json, "size"),
                    new Sha256(Messages.text(json, "root")),
                    json.containsKey("study")
                            ? Optional.of(new StudyId(Messages.text(json, "study")))
                            : Optional.empty(),
                    Messages.longNumber(json, "findings"),
                    Messages.text(json, "verifier"));
        }
    }

    /**
     * A verification as it was recorded.
     *
     * @param seq its place in the log
     * @param rootIsOurs whether this log was signed with that root at that size
     */
    public record Recorded(long seq, boolean rootIsOurs) {}

    /**
     * Records a verification.
     *
     * @throws Refusal if the log has no records of the study that it names
     */
    @Transactional
    public Recorded record(Said said) {
        said.study().filter(study -> store.lastOfStudy(study).isEmpty()).ifPresent(study -> {
            throw Refusal.of(
                    422,
                    "verification-invalid",
                    "The log has no records of study '" + study + "'.",
                    "Name the study as the bundle does, or leave it out.");
        });
        boolean ours = store.checkpoint(said.size())
                .map(SignedCheckpoint::checkpoint)
                .filter(checkpoint -> checkpoint.root().equals(said.root()))
                .isPresent();
        return new Recorded(audit.append(new AuditEvent.VerificationRun(said, ours)), ours);
    }
}
