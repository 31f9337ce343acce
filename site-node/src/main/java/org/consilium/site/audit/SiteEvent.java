package org.consilium.site.audit;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.consilium.contract.Sha256;
import org.consilium.contract.StudyId;
import org.consilium.contract.Texts;
import org.consilium.contract.WorkOffer;
import org.consilium.contract.audit.AuditRecord;
import org.consilium.contract.audit.AuditRecord.Action;
import org.consilium.contract.audit.AuditRecord.Entity;
import org.consilium.contract.audit.AuditRecord.Outcome;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.contract.audit.NoteKey;

/**
 * What a node records: all of this, and nothing else. Events hold ids, digests and figures; none holds a pixel, a patient's
 * key or pseudonym, a weight, a token or a secret.
 */
public sealed interface SiteEvent {

    /** Returns what the record says. */
    Facts facts();

    // --- the node itself

    /** The node has started. */
    record SystemStarted(String version) implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.E, "system.started", Entity.of("system", "site-node"))
                    .with("version", version);
        }
    }

    /** The node has its first key. */
    record KeyMade(NoteKey key) implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.C, "key.made", Entity.of("key", key.name(), key.fingerprint()))
                    .with("keyFingerprint", key.fingerprint())
                    .with("key", key.text());
        }
    }

    /** A steward has the node change its key. */
    record KeyRotationAsked(NoteKey before) implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.U, "key.rotation-asked", Entity.of("key", before.name(), before.fingerprint()));
        }
    }

    /** A steward has the node stay with the key that it has. */
    record KeyRotationAbandoned(NoteKey present) implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(
                    Action.U, "key.rotation-abandoned", Entity.of("key", present.name(), present.fingerprint()));
        }
    }

    /** The node has another key from here on. */
    record KeyRotated(NoteKey key) implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.U, "key.rotated", Entity.of("key", key.name(), key.fingerprint()))
                    .with("keyFingerprint", key.fingerprint())
                    .with("key", key.text());
        }
    }

    /** The node asks to be let into the consortium, by a code that is not recorded. */
    record EnrolmentSent(String server, String fingerprint) implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.E, "enrolment.sent", Entity.of("consortium", server))
                    .with("fingerprint", fingerprint);
        }
    }

    /**
     * Requests to this node were refused, for want of a token or of a right.
     *
     * @param endpoint method and first part of the address
     * @param times how many of them since the record before
     */
    record AccessRefused(String endpoint, int status, long times) implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.E, "access.refused", Entity.of("endpoint", endpoint))
                    .ended(Outcome.serious("Refused with status " + status))
                    .with("status", status)
                    .with("times", times);
        }
    }

    // --- what the hospital decides

    /**
     * A data set has come in.
     *
     * @param fingerprint by the site's secret, so that nobody else can try which images it has
     */
    record DatasetRegistered(String name, Sha256 fingerprint, int images) implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.C, "dataset.registered", Entity.of("dataset", name, fingerprint))
                    .with("images", images);
        }
    }

    /** A data set has other images, or more of them. */
    record DatasetChanged(String name, Sha256 before, Sha256 fingerprint, int images) implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.U, "dataset.changed", Entity.of("dataset", name, fingerprint))
                    .with("before", before)
                    .with("images", images);
        }
    }

    /** The policy is another one; both as digests of their JSON. */
    record PolicyChanged(Sha256 before, Sha256 after) implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.U, "policy.changed", Entity.of("policy", "site-policy", after))
                    .with("before", before)
                    .with("after", after);
        }
    }

    /** Work was refused by the policy. */
    record PolicyRefused(WorkOffer.Task offer, String code, String reason) implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.E, "policy.refused", Entity.of("offer", id(offer)))
                    .ended(Outcome.minor("Refused: " + code))
                    .in(offer)
                    .because(reason)
                    .with("work", work(offer))
                    .with("code", code);
        }
    }

    /** A steward has said which images of a set are not wanted here. */
    record ImpressionsVetoed(Sha256 set, int images) implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.U, "impressions.vetoed", of(set)).with("images", images);
        }
    }

    // --- work for the consortium

    /** Work that is permitted begins. */
    record OfferTaken(WorkOffer.Task offer) implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.R, "offer.taken", Entity.of("offer", id(offer)))
                    .in(offer)
                    .with("work", work(offer))
                    .with("model", offer.model());
        }
    }

    /** Synthesised images have come, and are what the offer speaks of. */
    record ImpressionsFetched(WorkOffer.Task offer, Sha256 set, int images) implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.R, "impressions.fetched", of(set)).in(offer).with("images", images);
        }
    }

    /** Synthesised images are not what the offer speaks of, or not what their own header says; they are not used. */
    record ImpressionsRefused(WorkOffer.Task offer, String why) implements SiteEvent {
        @Override
        public Facts facts() {
            Optional<Sha256> set = Optional.empty();
            if (offer instanceof WorkOffer.Judge judge) {
                set = Optional.of(judge.impressions());
            } else if (offer instanceof WorkOffer.Train train) {
                set = train.impressions();
            }
            return Facts.of(Action.R, "impressions.refused", of(set.orElseThrow()))
                    .ended(Outcome.minor("Refused"))
                    .in(offer)
                    .because(why)
                    .with("work", work(offer));
        }
    }

    /**
     * How many synthesised images a site trained on.
     *
     * @param set that was offered
     * @param used how many of it were trained on
     * @param why not all, empty if it was all
     */
    record Impressed(Sha256 set, int used, Optional<String> why) {

        private static Facts told(Optional<Impressed> impressed, Facts facts) {
            return impressed
                    .map(one -> facts.with("impressions", one.set())
                            .with("impressionsUsed", one.used())
                            .with("impressionsLeft", one.why()))
                    .orElse(facts);
        }
    }

    /** A model was trained; nothing has left yet. */
    record TrainingDone(
            WorkOffer.Train offer, Sha256 update, long examples, Sha256 dataset, Optional<Impressed> impressed)
            implements SiteEvent {
        @Override
        public Facts facts() {
            return Impressed.told(
                    impressed,
                    Facts.of(Action.E, "training.done", Entity.of("update", id(offer), update))
                            .in(offer)
                            .with("examples", examples)
                            .with("dataset", dataset));
        }
    }

    /**
     * An update is about to leave.
     *
     * @param update digest of its numbers
     * @param bytes size of the body
     * @param dataset fingerprint of the images
     * @param impressed which synthesised images were used, empty where none were offered
     */
    record UpdateSent(
            WorkOffer.Train offer,
            Sha256 update,
            long examples,
            long bytes,
            Sha256 dataset,
            Optional<Impressed> impressed)
            implements SiteEvent {
        @Override
        public Facts facts() {
            return Impressed.told(
                    impressed,
                    Facts.of(Action.E, "update.sent", Entity.of("update", id(offer), update))
                            .in(offer)
                            .with("examples", examples)
                            .with("bytes", bytes)
                            .with("dataset", dataset));
        }
    }

    /**
     * Sums of features are about to leave.
     *
     * @param body digest of what is sent
     * @param classes how many classes are described
     * @param examples images that they are over
     * @param noise standard deviation of the noise in them, as a multiple of what one image adds
     */
    record StatisticsSent(WorkOffer.Describe offer, Sha256 body, long bytes, int classes, long examples, double noise)
            implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.E, "statistics.sent", Entity.of("statistics", id(offer), body))
                    .in(offer)
                    .with("model", offer.model())
                    .with("bytes", bytes)
                    .with("classes", classes)
                    .with("examples", examples)
                    .with("noise", noise);
        }
    }

    /** What this site says of synthesised images is about to leave. */
    record VerdictSent(WorkOffer.Judge offer, int images, long vetoes) implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.E, "verdict.sent", of(offer.impressions()))
                    .in(offer)
                    .with("model", offer.model())
                    .with("images", images)
                    .with("vetoes", vetoes);
        }
    }

    /** Scores are about to leave. */
    record EvaluationSent(WorkOffer.Evaluate offer, long examples) implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.E, "evaluation.sent", Entity.of("evaluation", id(offer)))
                    .in(offer)
                    .with("split", work(offer))
                    .with("model", offer.model())
                    .with("examples", examples);
        }
    }

    // --- the consortium's log

    /** A checkpoint of the consortium goes on from the last one, and is counter-signed. */
    record CheckpointWitnessed(Checkpoint checkpoint) implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.E, "checkpoint.witnessed", of(checkpoint)).with("size", checkpoint.size());
        }
    }

    /** What the consortium shows contradicts what this node has seen; nothing was signed, and no more work is taken. */
    record CheckpointRefused(Optional<Checkpoint> checkpoint, String origin, String why) implements SiteEvent {
        @Override
        public Facts facts() {
            Entity shown = checkpoint.map(SiteEvent::of).orElseGet(() -> Entity.of("checkpoint", kept(origin)));
            return Facts.of(Action.E, "checkpoint.refused", shown)
                    .ended(Outcome.serious(kept(why)))
                    .with("size", checkpoint.map(one -> Long.toString(one.size())));
        }
    }

    /** A steward has looked at it, and has the node work on; it begins anew with what the consortium shows next. */
    record AlarmAcknowledged(String origin, long refused) implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.U, "checkpoint.acknowledged", Entity.of("checkpoint", kept(origin)))
                    .with("refusedAt", refused);
        }
    }

    /** The log, or what was seen of the consortium's, was given to somebody. */
    record ExportMade(String format, long records) implements SiteEvent {
        @Override
        public Facts facts() {
            return Facts.of(Action.R, "export.made", Entity.of("export", format))
                    .with("records", records);
        }
    }

    private static Entity of(Sha256 set) {
        return Entity.of("impressions", set.hex(), set);
    }

    private static Entity of(Checkpoint checkpoint) {
        return Entity.of("checkpoint", kept(checkpoint.origin()), checkpoint.root());
    }

    /** What another has written: no alarm fails to be raised because no record takes its words. */
    private static String kept(String text) {
        return Texts.fitting(text, AuditRecord.LONGEST, "none");
    }

    private static String id(WorkOffer.Task offer) {
        return offer.study() + "/" + offer.round();
    }

    /** Returns what an offer asks for: train, val, test, describe or judge. */
    static String work(WorkOffer.Task offer) {
        if (offer instanceof WorkOffer.Evaluate evaluate) {
            return evaluate.split().label();
        }
        if (offer instanceof WorkOffer.Describe) {
            return "describe";
        }
        return offer instanceof WorkOffer.Judge ? "judge" : "train";
    }

    /**
     * What the record of an event says beside who did it and when.
     *
     * @param action what kind of act it is
     * @param code what happened
     * @param outcome how it ended
     * @param entity what it was done to
     * @param study study that it belongs to
     * @param round round that it belongs to
     * @param reason why
     * @param details what else is to be known
     */
    record Facts(
            Action action,
            String code,
            Outcome outcome,
            Entity entity,
            Optional<StudyId> study,
            OptionalInt round,
            Optional<String> reason,
            Map<String, String> details) {

        static Facts of(Action action, String code, Entity entity) {
            return new Facts(
                    action,
                    code,
                    Outcome.success(),
                    entity,
                    Optional.empty(),
                    OptionalInt.empty(),
                    Optional.empty(),
                    Map.of());
        }

        Facts ended(Outcome how) {
            return new Facts(action, code, how, entity, study, round, reason, details);
        }

        /** The protocol is named by its digest: that is what the offer has, and it tells the version. */
        Facts in(WorkOffer.Task offer) {
            OptionalInt number = OptionalInt.of(offer.round().value());
            return new Facts(action, code, outcome, entity, Optional.of(offer.study()), number, reason, details)
                    .with("protocol", offer.protocol());
        }

        Facts because(String why) {
            return new Facts(action, code, outcome, entity, study, round, Optional.of(kept(why)), details);
        }

        Facts with(String name, Object value) {
            Map<String, String> more = new TreeMap<>(details);
            more.put(name, value.toString());
            return new Facts(action, code, outcome, entity, study, round, reason, more);
        }

        Facts with(String name, Optional<String> value) {
            return value.isPresent() ? with(name, (Object) value.get()) : this;
        }
    }
}
