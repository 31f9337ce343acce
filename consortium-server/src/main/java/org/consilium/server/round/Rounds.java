package org.consilium.server.round;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.Head;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.contract.StudyId;
import org.consilium.contract.Texts;
import org.consilium.contract.TrainingMetrics;
import org.consilium.server.audit.Audit;
import org.consilium.server.audit.AuditEvent;
import org.consilium.server.globalmodel.ImpressionSets;
import org.consilium.server.globalmodel.ModelAudience;
import org.consilium.server.globalmodel.Models;
import org.consilium.server.globalmodel.Pending;
import org.consilium.server.platform.Refusal;
import org.consilium.server.site.Sites;
import org.consilium.server.study.Study;
import org.consilium.server.study.StudyStore;

/** What a site does in a round: load, decide, save, and wake whom it concerns after the commit. */
@ApplicationScoped
class Rounds implements ModelAudience {

    private static final int LONGEST = 500;

    private final StudyStore studies;
    private final RoundStore rounds;
    private final Sites sites;
    private final Models models;
    private final ImpressionSets sets;
    private final RefinementStore refinements;
    private final Wakeups wakeups;
    private final Clock clock;
    private final Audit audit;

    @Inject
    Rounds(
            StudyStore studies,
            RoundStore rounds,
            Sites sites,
            Models models,
            ImpressionSets sets,
            RefinementStore refinements,
            Wakeups wakeups,
            Clock clock,
            Audit audit) {
        this.studies = studies;
        this.rounds = rounds;
        this.sites = sites;
        this.models = models;
        this.sets = sets;
        this.refinements = refinements;
        this.wakeups = wakeups;
        this.clock = clock;
        this.audit = audit;
    }

    /** For the container's proxy. */
    Rounds() {
        this(null, null, null, null, null, null, null, null, null);
    }

    /**
     * Checks that an answer was made under the version that the study goes by now.
     *
     * @param protocol digest of the version that the answer names
     * @throws Refusal if the study goes by another
     */
    @Transactional
    public void requireProtocol(StudyId id, SiteId site, Sha256 protocol) {
        Study study = study(id, site);
        if (!study.protocol().digest().equals(protocol)) {
            throw Refusal.of(
                    409,
                    "protocol-differs",
                    "The answer names the protocol with SHA-256 " + protocol.brief() + ", study " + id
                            + " goes by version " + study.current().number() + ", "
                            + study.protocol().digest().brief() + ".",
                    "Poll for the next offer.");
        }
    }

    /**
     * Decides on an update before its bytes are read.
     *
     * @return the study, whose network the update must be of, and whether the same update is there already
     */
    @Transactional
    public Expected expect(StudyId id, RoundNumber number, SiteId site, Sha256 digest) {
        Study study = study(id, site);
        Round round = locked(study, number);
        return new Expected(study, Answers.isRepeated(round, site, digest));
    }

    /**
     * What an update must be.
     *
     * @param study the study
     * @param repeated whether the same update is there already
     */
    record Expected(Study study, boolean repeated) {}

    /** Takes an update whose bytes are written; parameters and receipt are one commit. Returns whether it is new. */
    @Transactional
    public boolean submit(
            StudyId id,
            RoundNumber number,
            SiteId site,
            Pending pending,
            TrainingMetrics metrics,
            Provenance provenance) {
        Asked asked = lockedFor(id, site, number);
        models.complete(pending);
        return take(asked, site, new Update(pending.digest(), metrics), pending.bytes(), provenance);
    }

    private boolean take(Asked asked, SiteId site, Update update, long bytes, Provenance provenance) {
        List<AuditEvent> events = new ArrayList<>();
        provenance
                .dataset()
                .map(fingerprint ->
                        new Audit.TrainingData(fingerprint, update.metrics().examples()))
                .flatMap(data -> declared(asked, site, data))
                .ifPresent(events::add);
        events.add(accepted(asked.round(), site, update.digest(), update.metrics(), bytes, provenance));
        return keep(
                Answers.update(asked.round(), site, update, bytes, clock.instant()), events.toArray(AuditEvent[]::new));
    }

    /** What there is to record of a site's data, if it is not what the log says already. */
    private Optional<AuditEvent> declared(Asked asked, SiteId site, Audit.TrainingData data) {
        Round round = asked.round();
        Optional<Audit.TrainingData> before = audit.data(round.study(), site);
        return before.equals(Optional.of(data))
                ? Optional.empty()
                : Optional.of(new AuditEvent.DataDeclared(
                        round.study(),
                        round.protocolVersion(),
                        round.number(),
                        site,
                        asked.study().protocol().data().dataset(),
                        data,
                        before));
    }

    private static AuditEvent accepted(
            Round round, SiteId site, Sha256 digest, TrainingMetrics metrics, long bytes, Provenance provenance) {
        return new AuditEvent.UpdateAccepted(
                round.study(),
                round.protocolVersion(),
                round.number(),
                site,
                digest,
                metrics.examples(),
                bytes,
                provenance.dataset(),
                provenance.record());
    }

    /** Takes an update whose bytes the store has already. Returns whether it is new in this round. */
    @Transactional
    public boolean submitKnown(
            StudyId id,
            RoundNumber number,
            SiteId site,
            Sha256 digest,
            long bytes,
            TrainingMetrics metrics,
            Provenance provenance) {
        Asked asked = lockedFor(id, site, number);
        if (!models.hold(digest)) {
            throw Refusal.of(
                    409,
                    "update-gone",
                    "The bytes of update " + digest.brief() + " were erased while it was on its way.",
                    "Send the update again.");
        }
        return take(asked, site, new Update(digest, metrics), bytes, provenance);
    }

    /** Takes scores. Returns whether they are new. */
    @Transactional
    public boolean submit(
            StudyId id, RoundNumber number, SiteId site, Split split, ClassificationScores scores, long bytes) {
        Asked asked = lockedFor(id, site, number);
        return keep(
                Answers.scores(asked.round(), asked.study(), site, split, scores, bytes, clock.instant()),
                new AuditEvent.EvaluationAccepted(
                        id, asked.round().protocolVersion(), number, site, split, scores.examples(), bytes));
    }

    /** Returns the study, in which the site takes part; it is asked before a body is read. */
    @Transactional
    public Study participating(StudyId id, SiteId site) {
        return study(id, site);
    }

    /**
     * Takes what a site says of its features. Returns whether that is new.
     *
     * @param bytes as they came, which are kept until the round is refined
     * @param sent what they say
     * @param head of the network
     */
    @Transactional
    public boolean submit(
            StudyId id, RoundNumber number, SiteId site, byte[] bytes, ClassStatistics.Received sent, Head head) {
        Asked asked = lockedFor(id, site, number);
        boolean isNew = keep(
                Answers.statistics(asked.round(), asked.study(), site, sent, head, bytes.length),
                new AuditEvent.StatisticsAccepted(
                        id, asked.round().protocolVersion(), number, site, sent.digest(), bytes.length));
        if (isNew) {
            refinements.keepStatistics(id, number, site, bytes);
        }
        return isNew;
    }

    /** Takes a verdict on a round's impressions. Returns whether it is new. */
    @Transactional
    public boolean submit(StudyId id, RoundNumber number, SiteId site, ImpressionVerdict verdict, long bytes) {
        Asked asked = lockedFor(id, site, number);
        int images = asked.round()
                .refinement()
                .made()
                .map(set -> sets.get(set).images())
                .orElse(0);
        return keep(
                Answers.verdict(asked.round(), site, verdict, images, bytes),
                new AuditEvent.ImpressionsJudged(
                        id,
                        asked.round().protocolVersion(),
                        number,
                        site,
                        verdict.set(),
                        verdict.images().size(),
                        verdict.vetoes()));
    }

    /**
     * Notes that a site does not do something in a round. Returns whether that is new.
     *
     * @param task what; empty for what it is offered now
     */
    @Transactional
    public boolean refuse(
            StudyId id, RoundNumber number, SiteId site, Optional<Answers.Task> task, String code, String reason) {
        Asked asked = lockedFor(id, site, number);
        return keep(
                Answers.refusal(asked.round(), asked.study(), site, task, code, reason, clock.instant()),
                new AuditEvent.OfferRefused(
                        id, asked.round().protocolVersion(), number, site, brief(code), brief(reason)));
    }

    @Override
    @Transactional
    public boolean includes(SiteId site, Sha256 model) {
        return rounds.uses(site, model);
    }

    @Override
    @Transactional
    public boolean isOnlyUpdate(Sha256 model) {
        return rounds.isOnlyUpdate(model);
    }

    @Override
    @Transactional
    public boolean includesImpressions(SiteId site, Sha256 set) {
        return rounds.usesImpressions(site, set);
    }

    @Override
    @Transactional
    public void fetchedImpressions(SiteId site, Sha256 set, long bytes) {
        fetched(
                site,
                bytes,
                round -> Stream.of(
                                round.refinement().trainedOn(),
                                round.refinement().made())
                        .anyMatch(Optional.of(set)::equals));
    }

    @Override
    @Transactional
    public void fetched(SiteId site, Sha256 model, long bytes) {
        fetched(
                site,
                bytes,
                round -> Stream.of(Optional.of(round.startModel()), round.aggregate(), round.globalModel())
                        .anyMatch(Optional.of(model)::equals));
    }

    private void fetched(SiteId site, long bytes, Predicate<Round> of) {
        rounds.asking(site).stream()
                .filter(of)
                .findFirst()
                .flatMap(round -> rounds.lock(round.study(), round.number()))
                .ifPresent(round -> rounds.save(round.with(site, share -> share.fetched(bytes))));
    }

    /** What a site writes is cut to a length that a record takes. */
    private static String brief(String text) {
        return Texts.fitting(text, LONGEST, "none given");
    }

    private boolean keep(Decision decision, AuditEvent... events) {
        if (decision.changed()) {
            rounds.save(decision.next());
            wakeups.study(decision.next().study());
            audit.append(events);
        }
        return decision.changed();
    }

    private Study study(StudyId id, SiteId site) {
        Study study = studies.find(id).orElseThrow(() -> StudyProblems.unknown(id.value()));
        if (!study.active().contains(site)) {
            throw Answers.notAParticipant(id.value(), site);
        }
        return study;
    }

    /**
     * Locks the round, and asks anew whether the site may answer: it may have left the study, or have been suspended, while
     * its answer was on its way or waited for the lock.
     */
    private Asked lockedFor(StudyId id, SiteId site, RoundNumber number) {
        Round round = locked(study(id, site), number);
        Study study = study(id, site);
        if (study.state().isEnded()) {
            throw Answers.closed(round, "answers");
        }
        sites.requireActive(site);
        return new Asked(study, round);
    }

    /**
     * What an answer is to, as it is under the lock.
     *
     * @param study the study
     * @param round its round, locked
     */
    private record Asked(Study study, Round round) {}

    private Round locked(Study study, RoundNumber number) {
        return rounds.lock(study.id(), number).orElseThrow(() -> StudyProblems.noRound(study, number.value()));
    }
}
