package org.consilium.server.audit;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.contract.StudyId;
import org.consilium.contract.Texts;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.AuditRecord.Action;
import org.consilium.contract.audit.AuditRecord.Entity;
import org.consilium.contract.audit.AuditRecord.Outcome;
import org.consilium.contract.audit.AuditRecord.Peer;
import org.consilium.contract.audit.NoteKey;

/**
 * What is audited: everything that this server records, and nothing else. Events hold ids and figures; none holds a pixel, a
 * patient's key, a weight, a token or a secret.
 */
public sealed interface AuditEvent {

    /** Returns what the record says. */
    Facts facts();

    // --- access

    /** A session's first request. */
    record Authenticated(String session) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.E, "access.authenticated", Entity.of("session", session));
        }
    }

    /**
     * Requests were refused, for want of a token or of a right.
     *
     * @param times how many of them since the record before
     */
    record AccessRefused(String endpoint, int status, String problem, long times) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.E, "access.refused", Entity.of("endpoint", endpoint))
                    .ended(Outcome.serious("Refused with status " + status + ": " + problem))
                    .with("status", status)
                    .with("problem", problem)
                    .with("times", times);
        }
    }

    /**
     * Keycloak refused log-ins.
     *
     * @param client that was logged in to
     * @param user Keycloak's id of the one that somebody tried to be, if there is such a user
     * @param address that they came from
     * @param error why, in Keycloak's word
     * @param first when the first of them was
     * @param last when the last of them was
     * @param times how many
     */
    record LogInFailed(
            Optional<String> client,
            Optional<String> user,
            Optional<String> address,
            String error,
            Instant first,
            Instant last,
            long times)
            implements AuditEvent {

        LogInFailed and(LogInFailed more) {
            return new LogInFailed(
                    client,
                    user,
                    address,
                    error,
                    first.isBefore(more.first) ? first : more.first,
                    last.isAfter(more.last) ? last : more.last,
                    times + more.times);
        }

        @Override
        public Facts facts() {
            return Facts.of(Action.E, "access.log-in-failed", Entity.of("user", user.orElse("unknown")))
                    .ended(Outcome.serious("Keycloak refused the log-in: " + error))
                    .with("client", client)
                    .with("problem", error)
                    .with("last", last)
                    .with("times", times);
        }
    }

    /** Requests were refused for what they asked for; counted likewise. */
    record RequestRefused(
            String endpoint, int status, String problem, Optional<StudyId> study, Optional<SiteId> site, long times)
            implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.E, code(), Entity.of("endpoint", endpoint))
                    .ended(Outcome.minor("Refused with status " + status + ": " + problem))
                    .in(study)
                    .about(site)
                    .with("status", status)
                    .with("problem", problem)
                    .with("times", times);
        }

        private String code() {
            if (endpoint.endsWith("/update")) {
                return problem.equals("round-closed") ? "update.late" : "update.refused";
            }
            return endpoint.endsWith("/statistics") ? "statistics.refused" : "request.refused";
        }
    }

    /** Something sensitive was read. */
    record SensitiveRead(String what, String id, Optional<StudyId> study) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.R, "sensitive.read", Entity.of(what, id)).in(study);
        }
    }

    // --- the server itself

    /** The server has started. */
    record SystemStarted(String version) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.E, "system.started", Entity.of("system", "consortium-server"))
                    .with("version", version);
        }
    }

    /** The server runs with other settings than the last one that started. */
    record ConfigurationChanged(Sha256 before, Sha256 after) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.U, "configuration.changed", Entity.of("configuration", "consortium-server", after))
                    .with("before", before)
                    .with("after", after);
        }
    }

    /** The settings that the server runs with, where none are known of before. */
    record ConfigurationKnown(Sha256 digest) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.C, "configuration.known", Entity.of("configuration", "consortium-server", digest))
                    .with("after", digest);
        }
    }

    /** Checkpoints are signed with this key from here on. */
    record AuditKeyUsed(NoteKey key) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.E, "audit.key-used", Entity.of("key", key.name(), key.fingerprint()))
                    .with("keyFingerprint", key.fingerprint())
                    .with("key", key.text());
        }
    }

    /** A site's clock goes otherwise than ours. */
    record ClockDrift(SiteId site, long seconds) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.E, "clock.drift", Entity.of("site", site.value()))
                    .ended(Outcome.minor("The clock of site " + site + " differs by " + seconds + " s"))
                    .about(Optional.of(site))
                    .with("seconds", seconds);
        }
    }

    // --- sites

    /** What happens to an invitation. */
    enum InvitationStep {
        /** Made out. */
        INVITED("site.invited", Action.C),
        /** Taken back. */
        WITHDRAWN("site.invitation-withdrawn", Action.U),
        /** A node has come with its code and key. */
        CLAIMED("site.enrolment-claimed", Action.U),
        /** The key was not let in. */
        REJECTED("site.rejected", Action.U);

        private final String code;
        private final Action action;

        InvitationStep(String code, Action action) {
            this.code = code;
            this.action = action;
        }
    }

    /** A site was invited, or its invitation went on. */
    record InvitationMoved(
            InvitationStep step,
            SiteId site,
            String organisation,
            Instant expiresAt,
            Optional<String> fingerprint,
            Optional<String> reason)
            implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(step.action, step.code, Entity.of("invitation", site.value()))
                    .about(Optional.of(site))
                    .because(reason)
                    .with("organisation", organisation)
                    .with("expiresAt", expiresAt)
                    .with("fingerprint", fingerprint);
        }
    }

    /** A site has become a member, or has got a new key by another invitation. */
    record SiteApproved(SiteId site, String organisation, String fingerprint, NoteKey key) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.C, "site.approved", Entity.of("site", site.value(), key.fingerprint()))
                    .about(Optional.of(site))
                    .with("organisation", organisation)
                    .with("fingerprint", fingerprint)
                    .with("keyFingerprint", key.fingerprint())
                    .with("key", key.text());
        }
    }

    /** A site may not, or may again, take part. */
    record SiteStatusSet(SiteId site, boolean active) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.U, active ? "site.activated" : "site.suspended", Entity.of("site", site.value()))
                    .about(Optional.of(site));
        }
    }

    /** A site is out of the consortium for good. */
    record SiteRevoked(SiteId site, String reason) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.U, "site.revoked", Entity.of("site", site.value()))
                    .about(Optional.of(site))
                    .because(Optional.of(reason));
        }
    }

    /** A site's new key works beside the present one, or now alone. */
    record SiteKeyMoved(SiteId site, boolean done, String fingerprint, NoteKey key) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(
                            Action.U,
                            done ? "site.key-rotated" : "site.key-rotation-begun",
                            Entity.of("site", site.value(), key.fingerprint()))
                    .about(Optional.of(site))
                    .with("fingerprint", fingerprint)
                    .with("keyFingerprint", key.fingerprint())
                    .with("key", key.text());
        }
    }

    /** A site has taken back its new key before it was confirmed; the present one works alone, as before. */
    record SiteKeyWithdrawn(SiteId site, String withdrawn, NoteKey present) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(
                            Action.U,
                            "site.key-rotation-withdrawn",
                            Entity.of("site", site.value(), present.fingerprint()))
                    .about(Optional.of(site))
                    .with("withdrawn", withdrawn)
                    .with("keyFingerprint", present.fingerprint())
                    .with("key", present.text());
        }
    }

    // --- protocols and studies

    /** What happens to a version of a protocol. */
    enum ProtocolStep {
        /** Written, or rewritten before it was proposed. */
        DRAFTED("protocol.drafted", Action.C),
        /** Rewritten before it was proposed. */
        EDITED("protocol.drafted", Action.U),
        /** A further version was written. */
        AMENDED("protocol.amended", Action.C),
        /** Laid before the stewards. */
        PROPOSED("protocol.proposed", Action.U),
        /** All have signed. */
        APPROVED("protocol.approved", Action.U),
        /** Taken back. */
        WITHDRAWN("protocol.withdrawn", Action.U);

        private final String code;
        private final Action action;

        ProtocolStep(String code, Action action) {
            this.code = code;
            this.action = action;
        }
    }

    /** A version of a protocol went on. */
    record ProtocolMoved(ProtocolStep step, StudyId study, int version, Sha256 digest) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(step.action, step.code, protocol(study, version, digest))
                    .in(Optional.of(study))
                    .under(version);
        }
    }

    /**
     * A steward has put a name to a version (21 CFR 11.50).
     *
     * @param idToken digest of the evidence, the token itself lies with the signature
     * @param idTokenKey digest of the key's text that the token is signed with
     */
    record ProtocolSigned(
            boolean approves,
            StudyId study,
            int version,
            Sha256 digest,
            SiteId site,
            String signer,
            String name,
            String meaning,
            Optional<String> reason,
            Instant authenticatedAt,
            Sha256 idToken,
            Sha256 idTokenKey)
            implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(
                            Action.C,
                            approves ? "protocol.signed" : "protocol.declined",
                            protocol(study, version, digest))
                    .in(Optional.of(study))
                    .under(version)
                    .about(Optional.of(site))
                    .because(reason)
                    .with("decision", approves ? "APPROVE" : "DECLINE")
                    .with("meaning", meaning)
                    .with("signer", signer)
                    .with("signerName", name)
                    .with("authenticatedAt", authenticatedAt)
                    .with("idTokenHash", idToken)
                    .with("idTokenKeyHash", idTokenKey);
        }
    }

    /** What happens to a study. */
    enum StudyStep {
        /** Its first round opens. */
        STARTED("study.started"),
        /** It asks nothing new of the sites. */
        PAUSED("study.paused"),
        /** It goes on. */
        RESUMED("study.resumed"),
        /** It has come to its end as planned. */
        COMPLETED("study.completed"),
        /** It was ended. */
        STOPPED("study.stopped"),
        /** It was given up before it started. */
        WITHDRAWN("study.withdrawn");

        private final String code;

        StudyStep(String code) {
            this.code = code;
        }
    }

    /** A study went on. */
    record StudyMoved(StudyStep step, StudyId study, int version, Optional<String> reason) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.U, step.code, Entity.of("study", study.value()))
                    .in(Optional.of(study))
                    .under(version)
                    .because(reason);
        }
    }

    /** A site has left a study. */
    record SiteWithdrawn(StudyId study, int version, SiteId site, String reason, int erased) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.U, "study.site-withdrawn", Entity.of("study", study.value()))
                    .in(Optional.of(study))
                    .under(version)
                    .about(Optional.of(site))
                    .because(Optional.of(reason))
                    .with("erasedUpdates", erased);
        }
    }

    /** Updates of a study were erased because their time is over. */
    record UpdatesErased(StudyId study, int erased) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.D, "updates.erased", Entity.of("study", study.value()))
                    .in(Optional.of(study))
                    .with("erased", erased);
        }
    }

    /** A stopping rule was evaluated. */
    record StoppingRuleDecided(
            StudyId study, int version, RoundNumber round, String rule, boolean fires, Map<String, String> inputs)
            implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.E, "stopping-rule.decided", Entity.of("stopping-rule", rule))
                    .in(Optional.of(study))
                    .under(version)
                    .at(round)
                    .with("decision", fires ? "stop" : "go on")
                    .with(
                            "inputs",
                            inputs.entrySet().stream()
                                    .map(input -> input.getKey() + "=" + input.getValue())
                                    .collect(Collectors.joining("; ")));
        }
    }

    // --- rounds

    /** A round was opened. */
    record RoundOpened(
            StudyId study, int version, RoundNumber round, Collection<SiteId> participants, Sha256 model, long seed)
            implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.C, "round.opened", entityOf(study, round))
                    .in(Optional.of(study))
                    .under(version)
                    .at(round)
                    .with("participants", names(participants))
                    .with("model", model)
                    .with("seed", seed);
        }
    }

    /** A site has fetched its work for the first time. */
    record OfferTaken(StudyId study, int version, RoundNumber round, SiteId site) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.R, "round.offer-taken", Entity.of("offer", of(study, round, site)))
                    .in(Optional.of(study))
                    .under(version)
                    .at(round)
                    .about(Optional.of(site));
        }
    }

    /**
     * An update was taken.
     *
     * @param dataset fingerprint of the images that it was trained on, as the site says
     * @param peer the site's own record of it
     */
    record UpdateAccepted(
            StudyId study,
            int version,
            RoundNumber round,
            SiteId site,
            Sha256 digest,
            long examples,
            long bytes,
            Optional<Sha256> dataset,
            Optional<Peer> peer)
            implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.C, "update.accepted", Entity.of("update", of(study, round, site), digest))
                    .in(Optional.of(study))
                    .under(version)
                    .at(round)
                    .about(Optional.of(site))
                    .matching(peer)
                    .with("examples", examples)
                    .with("bytes", bytes)
                    .with("dataset", dataset.map(Sha256::hex));
        }
    }

    /**
     * The data that a site trains on in a study, as the site says: for the first time, or otherwise than before.
     *
     * @param dataset name of the data set
     * @param data what they are
     * @param before what they were
     */
    record DataDeclared(
            StudyId study,
            int version,
            RoundNumber round,
            SiteId site,
            String dataset,
            Audit.TrainingData data,
            Optional<Audit.TrainingData> before)
            implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(
                            before.isEmpty() ? Action.C : Action.U,
                            before.isEmpty() ? "dataset.declared" : "dataset.changed",
                            Entity.of("dataset", site + "/" + dataset, data.fingerprint()))
                    .in(Optional.of(study))
                    .under(version)
                    .at(round)
                    .about(Optional.of(site))
                    .with("examples", data.examples())
                    .with(
                            "fingerprintBefore",
                            before.map(old -> old.fingerprint().hex()))
                    .with("examplesBefore", before.map(old -> Long.toString(old.examples())));
        }
    }

    /** Scores were taken. */
    record EvaluationAccepted(
            StudyId study, int version, RoundNumber round, SiteId site, Split split, long examples, long bytes)
            implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.C, "evaluation.accepted", Entity.of("evaluation", of(study, round, site)))
                    .in(Optional.of(study))
                    .under(version)
                    .at(round)
                    .about(Optional.of(site))
                    .with("split", split.label())
                    .with("examples", examples)
                    .with("bytes", bytes);
        }
    }

    /** What a site says of its images' features was taken. */
    record StatisticsAccepted(StudyId study, int version, RoundNumber round, SiteId site, Sha256 digest, long bytes)
            implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.C, "statistics.accepted", Entity.of("statistics", of(study, round, site), digest))
                    .in(Optional.of(study))
                    .under(version)
                    .at(round)
                    .about(Optional.of(site))
                    .with("bytes", bytes);
        }
    }

    /**
     * A site has judged impressions.
     *
     * @param vetoes how many of the images it does not want used
     */
    record ImpressionsJudged(
            StudyId study, int version, RoundNumber round, SiteId site, Sha256 set, int images, long vetoes)
            implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.C, "impressions.judged", Entity.of("impressions", set.hex(), set))
                    .in(Optional.of(study))
                    .under(version)
                    .at(round)
                    .about(Optional.of(site))
                    .with("images", images)
                    .with("vetoes", vetoes);
        }
    }

    /** A site does not do what it was asked: its policy forbids it, or it cannot. */
    record OfferRefused(StudyId study, int version, RoundNumber round, SiteId site, String problem, String reason)
            implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(
                            Action.E,
                            problem.startsWith("policy") ? "policy.refused" : "round.offer-refused",
                            Entity.of("offer", of(study, round, site)))
                    .ended(Outcome.minor("The site refused: " + problem))
                    .in(Optional.of(study))
                    .under(version)
                    .at(round)
                    .about(Optional.of(site))
                    .because(Optional.of(reason))
                    .with("code", problem);
        }
    }

    /** There are enough updates, and nothing more is waited for. */
    record QuorumReached(StudyId study, int version, RoundNumber round, long updates) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.E, "round.quorum-reached", entityOf(study, round))
                    .in(Optional.of(study))
                    .under(version)
                    .at(round)
                    .with("updates", updates);
        }
    }

    /**
     * The updates have become a new global model.
     *
     * @param sites whose updates
     */
    record RoundAggregated(
            StudyId study,
            int version,
            RoundNumber round,
            String strategy,
            Sha256 model,
            Collection<SiteId> sites,
            double seconds)
            implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.C, "round.aggregated", Entity.of("model", model.hex(), model))
                    .in(Optional.of(study))
                    .under(version)
                    .at(round)
                    .with("strategy", strategy)
                    .with("sites", names(sites))
                    .with("seconds", seconds);
        }
    }

    /**
     * The head of a round's aggregate was recalibrated, which gives its global model.
     *
     * @param sites whose statistics it was recalibrated on
     */
    record ModelRecalibrated(
            StudyId study, int version, RoundNumber round, Sha256 aggregate, Sha256 model, Collection<SiteId> sites)
            implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.C, "model.recalibrated", Entity.of("model", model.hex(), model))
                    .in(Optional.of(study))
                    .under(version)
                    .at(round)
                    .with("aggregate", aggregate)
                    .with("sites", names(sites));
        }
    }

    /** A round's aggregate is its global model, though its method would recalibrate it. */
    record ModelNotRecalibrated(StudyId study, int version, RoundNumber round, Sha256 aggregate, String reason)
            implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.E, "model.not-recalibrated", Entity.of("model", aggregate.hex(), aggregate))
                    .ended(Outcome.minor("The head is as it was aggregated"))
                    .in(Optional.of(study))
                    .under(version)
                    .at(round)
                    .because(Optional.of(reason));
        }
    }

    /** Images were synthesised from a round's global model. */
    record ImpressionsSynthesised(
            StudyId study, int version, RoundNumber round, Sha256 model, Sha256 set, int images, double seconds)
            implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.C, "impressions.synthesised", Entity.of("impressions", set.hex(), set))
                    .in(Optional.of(study))
                    .under(version)
                    .at(round)
                    .with("model", model)
                    .with("images", images)
                    .with("seconds", seconds);
        }
    }

    /** No images could be synthesised from a round's global model. */
    record ImpressionsFailed(StudyId study, int version, RoundNumber round, Sha256 model, String reason)
            implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.E, "impressions.failed", Entity.of("model", model.hex(), model))
                    .ended(Outcome.minor("No impressions were synthesised"))
                    .in(Optional.of(study))
                    .under(version)
                    .at(round)
                    .because(Optional.of(reason));
        }
    }

    /**
     * The sites' verdicts have decided on a set of impressions.
     *
     * @param made the set that was judged
     * @param released what may be trained on, if anything
     */
    record ImpressionsDecided(
            StudyId study, int version, RoundNumber round, Sha256 made, Optional<Sha256> released, String reason)
            implements AuditEvent {
        @Override
        public Facts facts() {
            Sha256 set = released.orElse(made);
            return Facts.of(
                            Action.U,
                            released.isPresent() ? "impressions.released" : "impressions.withheld",
                            Entity.of("impressions", set.hex(), set))
                    .in(Optional.of(study))
                    .under(version)
                    .at(round)
                    .because(Optional.of(reason))
                    .with("made", made);
        }
    }

    /** A round has come to its good end. */
    record RoundCompleted(StudyId study, int version, RoundNumber round) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.U, "round.completed", entityOf(study, round))
                    .in(Optional.of(study))
                    .under(version)
                    .at(round);
        }
    }

    /** A round has failed. */
    record RoundFailed(StudyId study, int version, RoundNumber round, String reason) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.U, "round.failed", entityOf(study, round))
                    .ended(Outcome.serious("The round failed"))
                    .in(Optional.of(study))
                    .under(version)
                    .at(round)
                    .because(Optional.of(reason));
        }
    }

    // --- models

    /** Parameters were sent for studies to start from. */
    record ModelRegistered(Sha256 model, String architecture) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.C, "model.registered", Entity.of("model", model.hex(), model))
                    .with("architecture", architecture);
        }
    }

    /** A study's model is the one that it was for. */
    record ModelReleased(StudyId study, int version, RoundNumber round, Sha256 model) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.U, "model.released", Entity.of("model", model.hex(), model))
                    .in(Optional.of(study))
                    .under(version)
                    .at(round);
        }
    }

    /**
     * Parameters were handed out, whole or in part: who asks for all but the first byte has read them as well.
     *
     * @param from first byte, from 0
     * @param to the byte after the last one
     */
    record ModelDownloaded(Sha256 model, Optional<SiteId> site, long from, long to) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.R, "model.downloaded", Entity.of("model", model.hex(), model))
                    .about(site)
                    .with("fromByte", from)
                    .with("toByte", to);
        }
    }

    /**
     * Synthesised images were handed out, whole or in part.
     *
     * @param from first byte, from 0
     * @param to the byte after the last one
     */
    record ImpressionsDownloaded(Sha256 set, Optional<SiteId> site, long from, long to) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.R, "impressions.downloaded", Entity.of("impressions", set.hex(), set))
                    .about(site)
                    .with("fromByte", from)
                    .with("toByte", to);
        }
    }

    // --- the log itself

    /**
     * Records were exported.
     *
     * @param lastStudySeq place of the last record within the study before this one
     * @param withParameters whether hospitals' updates and the models went with them
     * @param choice by what the records were chosen beside the study, such as {@code from}
     */
    record ExportMade(
            String format,
            Optional<StudyId> study,
            Optional<Long> lastStudySeq,
            boolean withParameters,
            Map<String, String> choice)
            implements AuditEvent {
        @Override
        public Facts facts() {
            Facts made = Facts.of(
                    Action.R,
                    "export.made",
                    Entity.of("export", study.map(StudyId::value).orElse("all")));
            for (Map.Entry<String, String> chosen : choice.entrySet()) {
                made = made.with(chosen.getKey(), chosen.getValue());
            }
            return made.in(study)
                    .with("format", format)
                    .with("parameters", withParameters)
                    .with("lastStudySeq", lastStudySeq.map(String::valueOf));
        }
    }

    /**
     * A bundle was verified.
     *
     * @param said what is told of it
     * @param rootIsOurs whether this log was signed with the bundle's root
     */
    record VerificationRun(Verifications.Said said, boolean rootIsOurs) implements AuditEvent {
        @Override
        public Facts facts() {
            return Facts.of(
                            Action.E,
                            "verification.run",
                            Entity.of("bundle", said.bundle().hex(), said.bundle()))
                    .ended(outcome())
                    .in(said.study())
                    .with("size", said.size())
                    .with("root", said.root())
                    .with("rootIsOurs", rootIsOurs)
                    .with("findings", said.findings())
                    .with("verifier", said.verifier());
        }

        private Outcome outcome() {
            if (!rootIsOurs) {
                return Outcome.serious("This log was never signed with the bundle's root");
            }
            return said.findings() == 0
                    ? Outcome.success()
                    : Outcome.serious("The verifier found " + said.findings() + " things that are not as they must be");
        }
    }

    private static Entity protocol(StudyId study, int version, Sha256 digest) {
        return new Entity("protocol", study.value(), Optional.of(Integer.toString(version)), Optional.of(digest));
    }

    private static String names(Collection<SiteId> sites) {
        return sites.stream().map(SiteId::value).sorted().collect(Collectors.joining(" "));
    }

    private static Entity entityOf(StudyId study, RoundNumber round) {
        return Entity.of("round", study + "/" + round.value());
    }

    private static String of(StudyId study, RoundNumber round, SiteId site) {
        return study + "/" + round.value() + "/" + site;
    }

    /**
     * What a record says of an event.
     *
     * @param action what kind of act it is
     * @param code what happened
     * @param outcome how it ended
     * @param entity what it was done to
     * @param study study that it belongs to
     * @param version version of its protocol
     * @param round its round
     * @param site site that it concerns
     * @param reason why
     * @param peer the other side's record
     * @param details what else
     */
    record Facts(
            Action action,
            String code,
            Outcome outcome,
            Entity entity,
            Optional<StudyId> study,
            OptionalInt version,
            OptionalInt round,
            Optional<SiteId> site,
            Optional<String> reason,
            Optional<Peer> peer,
            Map<String, String> details) {

        static Facts of(Action action, String code, Entity entity) {
            return new Facts(
                    action,
                    code,
                    Outcome.success(),
                    entity,
                    Optional.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Map.of());
        }

        Facts ended(Outcome how) {
            return new Facts(action, code, how, entity, study, version, round, site, reason, peer, details);
        }

        Facts in(Optional<StudyId> which) {
            return new Facts(action, code, outcome, entity, which, version, round, site, reason, peer, details);
        }

        Facts under(int protocol) {
            OptionalInt which = OptionalInt.of(protocol);
            return new Facts(action, code, outcome, entity, study, which, round, site, reason, peer, details);
        }

        Facts at(RoundNumber number) {
            OptionalInt which = OptionalInt.of(number.value());
            return new Facts(action, code, outcome, entity, study, version, which, site, reason, peer, details);
        }

        Facts about(Optional<SiteId> whom) {
            return new Facts(action, code, outcome, entity, study, version, round, whom, reason, peer, details);
        }

        /** A reason may be put together of what many have said; cut it is, because no act may fail for its length. */
        Facts because(Optional<String> why) {
            Optional<String> text = why.map(said -> Texts.fitting(said, AuditRecord.LONGEST, "none given"));
            return new Facts(action, code, outcome, entity, study, version, round, site, text, peer, details);
        }

        Facts matching(Optional<Peer> other) {
            return new Facts(action, code, outcome, entity, study, version, round, site, reason, other, details);
        }

        Facts with(String name, Object value) {
            Map<String, String> more = new java.util.TreeMap<>(details);
            more.put(name, value.toString());
            return new Facts(action, code, outcome, entity, study, version, round, site, reason, peer, more);
        }

        Facts with(String name, Optional<String> value) {
            return value.isPresent() ? with(name, (Object) value.get()) : this;
        }
    }
}
