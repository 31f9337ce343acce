package org.consilium.server.export;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;

/**
 * All that the report of one study says, as plain values; {@link ReportPdf} only sets it in type.
 *
 * @param made when and by whom the report was made
 * @param subject the study
 * @param versions its protocol's versions
 * @param participants the hospitals that were invited to it, also those that have left
 * @param rounds its rounds
 * @param facts what the audit records say
 * @param integrity what proves the records
 */
public record StudyReport(
        Made made,
        Subject subject,
        List<Version> versions,
        List<Participant> participants,
        List<Round> rounds,
        ReportFacts.Summary facts,
        Integrity integrity) {

    /** Checks that nothing is missing, and sorts. */
    public StudyReport {
        Objects.requireNonNull(made, "made");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(facts, "facts");
        Objects.requireNonNull(integrity, "integrity");
        versions = sorted(versions, Comparator.comparingInt(Version::number));
        participants = sorted(participants, Comparator.comparing(Participant::site));
        rounds = sorted(rounds, Comparator.comparingInt(Round::number));
        if (versions.isEmpty()) {
            throw new IllegalArgumentException("study " + subject.id() + " has no protocol version to report on");
        }
    }

    /** Returns the version that was in force last, or the newest where none was. */
    public Version lastVersion() {
        return versions.stream()
                .filter(version -> version.decidedAt().isPresent()
                        && (version.state().equals("APPROVED")
                                || version.state().equals("SUPERSEDED")))
                .reduce((one, later) -> later)
                .orElse(versions.get(versions.size() - 1));
    }

    /**
     * The making of the report.
     *
     * @param at when
     * @param by printed name of the person who asked for it
     * @param software version of the server
     * @param from first day of the records that were looked at, where not all were
     * @param to end of that time
     */
    public record Made(Instant at, String by, String software, Optional<Instant> from, Optional<Instant> to) {}

    /**
     * The study.
     *
     * @param id its id
     * @param title as its last protocol version has it
     * @param principalInvestigator who answers for it
     * @param state where it stands, such as RUNNING
     * @param reason why it ended early
     * @param startedAt when its first round could be opened
     * @param endedAt when it came to its end
     */
    public record Subject(
            StudyId id,
            String title,
            String principalInvestigator,
            String state,
            Optional<String> reason,
            Optional<Instant> startedAt,
            Optional<Instant> endedAt) {}

    /**
     * One version of the protocol.
     *
     * @param number its number
     * @param state where it stands, such as APPROVED
     * @param author who wrote it
     * @param createdAt when it was begun
     * @param decidedAt when all had signed, or it was taken back
     * @param hash SHA-256 of its canonical text, which is what the signatures are bound to
     * @param text the whole of it as CommonMark
     * @param participants the hospitals that have to sign
     * @param signatures those that are there
     */
    public record Version(
            int number,
            String state,
            String author,
            Instant createdAt,
            Optional<Instant> decidedAt,
            Sha256 hash,
            String text,
            List<SiteId> participants,
            List<Signature> signatures) {

        /** Copies and sorts. */
        public Version {
            participants = sorted(participants, Comparator.naturalOrder());
            signatures = sorted(signatures, Comparator.comparing(Signature::site));
        }

        /** Returns the site's signature. */
        public Optional<Signature> signature(SiteId site) {
            return signatures.stream().filter(one -> one.site().equals(site)).findFirst();
        }
    }

    /**
     * A signature with name, time and meaning (21 CFR 11.50).
     *
     * @param site the hospital that it speaks for
     * @param name printed name of the signer
     * @param subject the identity provider's name of the signer
     * @param authenticatedAt when the signer logged in for it
     * @param signedAt when it was taken
     * @param approves whether it approves the version
     * @param meaning what the signer states by it
     * @param reason why the version was declined
     */
    public record Signature(
            SiteId site,
            String name,
            String subject,
            Instant authenticatedAt,
            Instant signedAt,
            boolean approves,
            String meaning,
            Optional<String> reason) {}

    /**
     * A hospital.
     *
     * @param site its id
     * @param organisation its name
     * @param state where it stands as a member, such as ACTIVE
     * @param left when and why it left the study
     */
    public record Participant(SiteId site, String organisation, String state, Optional<Departure> left) {}

    /**
     * How a hospital left the study.
     *
     * @param at when
     * @param by printed name of the steward
     * @param reason why
     * @param erasedUpdates how many of its updates were erased
     */
    public record Departure(Instant at, String by, String reason, int erasedUpdates) {}

    /**
     * One round.
     *
     * @param number its number
     * @param protocolVersion the version by which it went
     * @param state where it stands, such as COMPLETED
     * @param openedAt when it was opened
     * @param completedAt when it was at its end
     * @param startModel SHA-256 of what the sites trained
     * @param aggregate SHA-256 of the new global model
     * @param scores the new model's scores over all sites
     * @param shares one for each participant
     */
    public record Round(
            int number,
            int protocolVersion,
            String state,
            Instant openedAt,
            Optional<Instant> completedAt,
            Sha256 startModel,
            Optional<Sha256> aggregate,
            Scores scores,
            List<Share> shares) {

        /** Copies and sorts. */
        public Round {
            shares = sorted(shares, Comparator.comparing(Share::site));
        }

        /** Returns how many updates were taken. */
        public long updates() {
            return shares.stream().filter(share -> share.update().isPresent()).count();
        }

        /** Returns on how many training images. */
        public long examples() {
            return shares.stream()
                    .mapToLong(share -> share.examples().orElse(0))
                    .sum();
        }

        /** Returns how many bytes the sites have sent. */
        public long bytes() {
            return shares.stream().mapToLong(Share::bytes).sum();
        }

        /** Returns the lowest accuracy of a site. */
        public OptionalDouble worstAccuracy() {
            return shares.stream()
                    .flatMapToDouble(share -> share.scores().accuracy().stream())
                    .min();
        }
    }

    /**
     * What one hospital did in a round.
     *
     * @param site the hospital
     * @param state how far it came, such as EVALUATED
     * @param update SHA-256 of the model parameters that it sent
     * @param examples training images that they were computed from
     * @param dataset fingerprint of the data set
     * @param bytes that it sent
     * @param scores of the new model at the hospital
     */
    public record Share(
            SiteId site,
            String state,
            Optional<Sha256> update,
            OptionalLong examples,
            Optional<Sha256> dataset,
            long bytes,
            Scores scores) {}

    /**
     * Scores on validation images, empty where there are none or the protocol keeps them back.
     *
     * @param accuracy 0 to 1
     * @param loss mean cross-entropy in nats
     */
    public record Scores(OptionalDouble accuracy, OptionalDouble loss) {

        /** No scores. */
        public static final Scores NONE = new Scores(OptionalDouble.empty(), OptionalDouble.empty());
    }

    /**
     * What proves the records: the last checkpoint of the log and who has seen it.
     *
     * @param origin name of the log
     * @param size number of records under the root
     * @param root of the Merkle tree
     * @param keyFingerprint SHA-256 of the consortium's public key
     * @param checkpoints those of the time of the report, the last one being that of the root
     * @param witnesses who has counter-signed the last one
     */
    public record Integrity(
            String origin,
            long size,
            Sha256 root,
            Sha256 keyFingerprint,
            List<CheckpointSeen> checkpoints,
            List<Witness> witnesses) {

        /** Copies and sorts. */
        public Integrity {
            checkpoints = sorted(checkpoints, Comparator.comparingLong(CheckpointSeen::size));
            witnesses = sorted(witnesses, Comparator.comparing(Witness::site));
        }
    }

    /**
     * A checkpoint.
     *
     * @param time when it was made
     * @param size number of records
     * @param witnesses how many sites have counter-signed it
     */
    public record CheckpointSeen(Instant time, long size, int witnesses) {}

    /**
     * A hospital that has counter-signed the last checkpoint.
     *
     * @param site the hospital
     * @param at when it saw it
     * @param keyFingerprint SHA-256 of its public key
     */
    public record Witness(SiteId site, Instant at, Sha256 keyFingerprint) {}

    private static <T> List<T> sorted(List<T> list, Comparator<? super T> order) {
        return list.stream().sorted(order).toList();
    }
}
