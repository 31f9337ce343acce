package org.consilium.server.round;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.consilium.algorithm.GateDecision;
import org.consilium.algorithm.Strategy;
import org.consilium.contract.Impressions;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.Texts;
import org.consilium.contract.protocol.Retention;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.audit.Audit;
import org.consilium.server.audit.AuditEvent;
import org.consilium.server.globalmodel.ImpressionSets;
import org.consilium.server.globalmodel.Models;
import org.consilium.server.globalmodel.Pending;
import org.consilium.server.platform.Refusal;
import org.consilium.server.site.Sites;
import org.consilium.server.study.ProtocolVersion;
import org.consilium.server.study.Study;
import org.consilium.server.study.StudyState;
import org.consilium.server.study.StudyStore;
import org.consilium.server.study.VersionState;
import org.consilium.server.study.Withdrawal;

/**
 * The steps of a study, each in one commit. The lock on the study keeps replicas from doing one twice: whoever opens or ends
 * a round holds it, and takes it before the one on the round, so that the present round is the present one.
 */
@ApplicationScoped
class Course {

    private static final int LONGEST_REASON = 500;

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
    Course(
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
    Course() {
        this(null, null, null, null, null, null, null, null, null);
    }

    /** Returns the studies that are going on. */
    @Transactional
    public List<StudyId> running() {
        return studies.running();
    }

    /**
     * Takes the next step of a study, if one is due.
     *
     * @param claim what this replica claims the round with if it is to be aggregated
     * @return the step, saved
     */
    @Transactional
    public Step advance(StudyId id, Claim claim) {
        Optional<Study> locked = studies.lock(id);
        Optional<Round> present = locked.flatMap(this::present);
        if (present.isEmpty()) {
            return new Step.Nothing();
        }
        Study study = locked.get();
        Step step = Progress.next(study, present.get(), known(present.get()), claim, clock.instant());
        if (step instanceof Step.Aggregate aggregate) {
            rounds.save(aggregate.next());
            // A claim that another replica let go is not another quorum.
            if (present.get().state() == RoundState.TRAINING) {
                audit.append(new AuditEvent.QuorumReached(
                        id,
                        version(study),
                        aggregate.next().number(),
                        aggregate.next().answers().size()));
            }
        } else if (step instanceof Step.Refine refine) {
            rounds.save(refine.next());
        } else if (step instanceof Step.Gate gate) {
            decide(gate);
        } else if (step instanceof Step.Move move) {
            save(study, move);
        }
        return step;
    }

    /** Opens the first round of a study that all have signed. */
    @Transactional
    public void start(StudyId id) {
        Study study = known(id);
        Instant now = clock.instant();
        Study started = study.started(now);
        int quorum = study.protocol().schedule().quorum();
        if (started.active().size() < quorum) {
            throw Refusal.of(
                    409,
                    "study-too-small",
                    "Only " + started.active().size() + " sites take part in study " + id + ", its quorum is " + quorum
                            + ".",
                    "Amend the protocol, or withdraw the study.");
        }
        studies.save(started, now);
        Round first = Round.open(started, new RoundNumber(1), started.protocol().initialModel(), now);
        rounds.add(first);
        wakeups.sites(started.active());
        audit.append(moved(AuditEvent.StudyStep.STARTED, started, Optional.empty()), opened(started, first));
    }

    /** Asks nothing new of the sites until the study is resumed; what they send of what they were asked is taken. */
    @Transactional
    public void pause(StudyId id) {
        Instant now = clock.instant();
        Study study = known(id);
        Study paused = study.paused(now);
        studies.save(paused, now);
        if (paused != study) {
            audit.append(moved(AuditEvent.StudyStep.PAUSED, paused, Optional.empty()));
        }
    }

    /** Has a paused study go on; the time of the pause is added to its deadlines. */
    @Transactional
    public void resume(StudyId id) {
        Study study = known(id);
        Instant now = clock.instant();
        Study resumed = study.resumed(now);
        if (resumed != study) {
            Instant pausedAt = study.course().pausedAt().orElseThrow();
            present(study).filter(Course::isOpen).ifPresent(round -> {
                // The deadline of scores may have been set within the pause.
                Instant since = round.refinement()
                        .at()
                        .or(round::aggregatedAt)
                        .filter(pausedAt::isBefore)
                        .orElse(pausedAt);
                rounds.save(round.putOff(Duration.between(since, now)));
            });
            studies.save(resumed, now);
            wakeups.sites(resumed.active());
            wakeups.study(id);
            audit.append(moved(AuditEvent.StudyStep.RESUMED, resumed, Optional.empty()));
        }
    }

    /**
     * Has a site leave a study, at any time, as its steward wants. Its update of a round whose model is not computed yet is
     * not used; its earlier updates are kept or erased, as the protocol says.
     *
     * @param by the steward
     */
    @Transactional
    public void leave(StudyId id, SiteId site, String by, String reason) {
        Study study = known(id);
        if (!study.binds(site)) {
            if (!study.concerns(site)) {
                throw Answers.notAParticipant(id.value(), site);
            }
            throw Refusal.of(
                    409,
                    "site-not-bound",
                    "Site " + site + " has approved no version of study " + id + ": nothing binds it.",
                    "Decline the version that is proposed.");
        }
        Instant now = clock.instant();
        // Refuses a site that has left already, before anything is erased.
        study.left(new Withdrawal(site, by, now, reason, 0));
        present(study).filter(Course::isOpen).ifPresent(round -> rounds.save(round.left(site, now)));
        refinements.forget(id, site);
        boolean erase = agreed(study, site).retention().withdrawn() == Retention.OnWithdrawal.ERASE;
        int erased = erase ? rounds.erase(id, Optional.of(site)) : 0;
        wakeups.erased(erased);
        Study without = study.left(new Withdrawal(site, by, now, reason, erased));
        studies.save(without, now);
        wakeups.study(id);
        List<AuditEvent> events = new ArrayList<>();
        events.add(new AuditEvent.SiteWithdrawn(id, version(study), site, reason, erased));
        ProtocolVersion newest = without.newest();
        if (newest.state() == VersionState.APPROVED && study.newest().state() != VersionState.APPROVED) {
            // All others had signed it already.
            events.add(new AuditEvent.ProtocolMoved(
                    AuditEvent.ProtocolStep.APPROVED,
                    id,
                    newest.number(),
                    newest.protocol().digest()));
        }
        audit.append(events.toArray(AuditEvent[]::new));
    }

    /** Returns the latest protocol in force that the site has signed; an amendment may have dropped the site since. */
    private StudyProtocol agreed(Study study, SiteId site) {
        return everInForce(study)
                .filter(protocol -> protocol.participants().contains(site))
                .reduce((one, later) -> later)
                .orElse(study.protocol());
    }

    private Stream<StudyProtocol> everInForce(Study study) {
        return studies.versions(study.id()).stream()
                .filter(version ->
                        version.number() == study.current().number() || version.state() == VersionState.SUPERSEDED)
                .map(ProtocolVersion::protocol);
    }

    /** Looks anew at the rounds that a site is awaited in: whether they wait for it depends on its status. */
    @Transactional
    public void statusChanged(SiteId site) {
        rounds.asking(site).forEach(round -> wakeups.study(round.study()));
    }

    /** Returns the studies that have ended, whose updates may be due to be erased. */
    @Transactional
    public List<StudyId> ended() {
        return studies.all().stream()
                .filter(study -> study.endedAt().isPresent())
                .map(Study::id)
                .toList();
    }

    /**
     * Erases the updates of a study that ended long enough ago: by the shortest time that any version in force has said,
     * since a site may have left before a later one.
     *
     * @return how many
     */
    @Transactional
    public int eraseExpired(StudyId id) {
        Study study = known(id);
        int days = everInForce(study)
                .mapToInt(protocol -> protocol.retention().updateDays())
                .min()
                .orElseThrow();
        boolean due = study.endedAt()
                .filter(end -> !end.plus(Duration.ofDays(days)).isAfter(clock.instant()))
                .isPresent();
        int erased = due ? rounds.erase(id, Optional.empty()) : 0;
        wakeups.erased(erased);
        if (erased > 0) {
            audit.append(new AuditEvent.UpdatesErased(id, erased));
        }
        return erased;
    }

    /**
     * Deletes bytes of erased updates that nothing else needs, some at a time.
     *
     * @return whether there may be more
     */
    @Transactional
    public boolean deleteErased() {
        return rounds.deleteErased();
    }

    /**
     * Keeps a claim alive.
     *
     * @return whether this replica still holds it
     */
    @Transactional
    public boolean renew(Round claimed, Claim claim) {
        known(claimed.study());
        Optional<Round> held = held(claimed);
        held.ifPresent(round -> rounds.save(round.renewed(claim)));
        return held.isPresent();
    }

    /** Saves the mean of the updates, and asks the sites for what follows, unless another replica holds the round by now. */
    @Transactional
    public boolean aggregated(Round claimed, Pending model, double seconds) {
        Study study = known(claimed.study());
        Optional<Round> held = held(claimed);
        if (held.isEmpty()) {
            return false;
        }
        models.complete(model);
        Instant now = clock.instant();
        rounds.save(after(study, held.get(), model.digest(), seconds, now));
        wakeups.sites(study.active());
        audit.append(new AuditEvent.RoundAggregated(
                study.id(),
                version(study),
                claimed.number(),
                study.protocol().method().strategy(),
                model.digest(),
                held.get().answers().stream().map(Share::site).toList(),
                seconds));
        return true;
    }

    private static Round after(Study study, Round round, Sha256 aggregate, double seconds, Instant now) {
        Strategy method = study.method();
        Instant until = now.plus(study.protocol().schedule().roundDeadline());
        if (method.statistics().isPresent() && method.recalibration().isPresent()) {
            return round.describing(aggregate, seconds, until, now);
        }
        return method.synthesis(study.protocol().plan().seed(), round.number()).isPresent()
                ? round.unrefined(aggregate, seconds, now)
                : round.aggregated(aggregate, seconds, until, now);
    }

    /** Returns what the sites have said of their features, in the order of their ids. */
    @Transactional
    public SortedMap<SiteId, byte[]> statistics(Round round) {
        return refinements.statistics(round.study(), round.number());
    }

    /** Returns the synthesis from that model that was under way when a replica died. */
    @Transactional
    public Optional<byte[]> synthesis(Round round, Sha256 model) {
        return refinements.synthesis(round.study(), round.number(), model);
    }

    /**
     * Notes how far the synthesis of a round is.
     *
     * @param state what is needed to go on from there, where it is kept
     * @return whether this replica still holds the round
     */
    @Transactional
    public boolean synthesising(Round claimed, Sha256 model, int done, int steps, Optional<byte[]> state) {
        known(claimed.study());
        Optional<Round> held = held(claimed);
        held.ifPresent(round -> {
            rounds.save(round.with(round.refinement().stepped(done, steps)));
            state.ifPresent(bytes -> refinements.keepSynthesis(round.study(), round.number(), model, bytes));
        });
        return held.isPresent();
    }

    /** Saves what became of a round's aggregate and asks for scores and verdicts, unless another replica holds the round. */
    @Transactional
    public boolean refined(Round claimed, Refined refined) {
        Study study = known(claimed.study());
        Optional<Round> held = held(claimed);
        if (held.isEmpty()) {
            return false;
        }
        refined.written().ifPresent(models::complete);
        Optional<Impressions> set = refined.synthesis().flatMap(Refined.Synthesised::set);
        set.ifPresent(sets::keep);
        Instant now = clock.instant();
        Round round = held.get();
        Refinement refinement = round.refinement().over(now);
        if (refined.synthesis().isPresent()) {
            Refined.Synthesised synthesis = refined.synthesis().get();
            refinement = set.isPresent()
                    ? refinement.made(set.get().digest(), synthesis.seconds())
                    : refinement.decided(
                            Optional.empty(), "failed: " + synthesis.failure().orElseThrow());
        }
        rounds.save(round.refined(
                refined.model(),
                refinement,
                now.plus(study.protocol().schedule().roundDeadline())));
        refinements.forget(round.study(), round.number());
        wakeups.sites(study.active());
        List<AuditEvent> events = refinedEvents(study, round, refined);
        if (!events.isEmpty()) {
            audit.append(events.toArray(AuditEvent[]::new));
        }
        return true;
    }

    private static List<AuditEvent> refinedEvents(Study study, Round round, Refined refined) {
        List<AuditEvent> events = new ArrayList<>();
        StudyId id = study.id();
        int version = version(study);
        Sha256 aggregate = round.aggregate().orElseThrow();
        if (!refined.model().equals(aggregate)) {
            events.add(new AuditEvent.ModelRecalibrated(
                    id,
                    version,
                    round.number(),
                    aggregate,
                    refined.model(),
                    refined.recalibration().sites()));
        }
        refined.recalibration()
                .reason()
                .ifPresent(reason -> events.add(
                        new AuditEvent.ModelNotRecalibrated(id, version, round.number(), aggregate, brief(reason))));
        refined.synthesis().ifPresent(synthesis -> {
            synthesis
                    .set()
                    .ifPresent(set -> events.add(new AuditEvent.ImpressionsSynthesised(
                            id,
                            version,
                            round.number(),
                            refined.model(),
                            set.digest(),
                            set.size(),
                            synthesis.seconds())));
            synthesis
                    .failure()
                    .ifPresent(reason -> events.add(new AuditEvent.ImpressionsFailed(
                            id, version, round.number(), refined.model(), brief(reason))));
        });
        return events;
    }

    private static String brief(String reason) {
        return Texts.fitting(reason, LONGEST_REASON, "none given");
    }

    /** Keeps of a set what no site has vetoed; a set of too few images is not used at all. */
    private void decide(Step.Gate gate) {
        Round round = gate.round();
        Sha256 made = round.refinement().made().orElseThrow();
        Optional<Impressions> released = Optional.of(gate.decision())
                .filter(GateDecision::isReleased)
                .map(decision -> sets.read(made)
                        .subset(decision.released().stream()
                                .mapToInt(Integer::intValue)
                                .toArray()));
        released.ifPresent(sets::keep);
        Optional<Sha256> digest = released.map(Impressions::digest);
        rounds.save(
                round.with(round.refinement().decided(digest, gate.decision().reason())));
        audit.append(new AuditEvent.ImpressionsDecided(
                round.study(),
                round.protocolVersion(),
                round.number(),
                made,
                digest,
                gate.decision().reason()));
    }

    /** Ends a study whose updates cannot be aggregated, unless another replica holds the round by now. */
    @Transactional
    public void failed(Round claimed, String reason) {
        Study study = known(claimed.study());
        held(claimed).ifPresent(round -> {
            save(study, Progress.stopped(study, round, reason, clock.instant()));
        });
    }

    /**
     * Stops a study for good; its rounds so far stay, answers to the present one are refused from now on. Stopping it
     * again changes nothing.
     *
     * @throws Refusal if there is none, or it has ended by itself
     */
    @Transactional
    public void stop(StudyId id, String reason) {
        Study study = known(id);
        if (study.state() == StudyState.STOPPED) {
            return;
        }
        if (study.state().isEnded()) {
            throw StudyProblems.ended(study);
        }
        if (study.state().isBeforeStart()) {
            throw Refusal.of(
                    409,
                    "study-not-started",
                    "Study " + id + " is " + study.state() + " and cannot be stopped.",
                    "Withdraw it instead.");
        }
        Instant now = clock.instant();
        Optional<Round> open = present(study).filter(Course::isOpen);
        open.ifPresent(round -> {
            rounds.save(round.failed(now));
            refinements.forget(id, round.number());
        });
        Study stopped = study.stopped(reason, now);
        studies.save(stopped, now);
        List<AuditEvent> events = new ArrayList<>();
        open.ifPresent(round ->
                events.add(new AuditEvent.RoundFailed(id, version(study), round.number(), "The study was stopped.")));
        events.add(moved(AuditEvent.StudyStep.STOPPED, stopped, Optional.of(reason)));
        audit.append(events.toArray(AuditEvent[]::new));
    }

    private void save(Study before, Step.Move move) {
        Instant now = clock.instant();
        rounds.save(move.round());
        if (move.round().state() == RoundState.FAILED) {
            refinements.forget(move.study().id(), move.round().number());
        }
        rounds.record(move.study().id(), move.decisions(), now);
        studies.save(move.study(), now);
        move.opened().ifPresent(rounds::add);
        wakeups.sites(move.study().active());
        List<AuditEvent> events = events(before, move);
        if (!events.isEmpty()) {
            audit.append(events.toArray(AuditEvent[]::new));
        }
    }

    private List<AuditEvent> events(Study before, Step.Move move) {
        List<AuditEvent> events = new ArrayList<>();
        Study after = move.study();
        StudyId id = after.id();
        RoundNumber number = move.round().number();
        int version = move.round().protocolVersion();
        move.decisions()
                .forEach(decision -> events.add(new AuditEvent.StoppingRuleDecided(
                        id, version, number, decision.rule(), decision.fires(), decision.inputs())));
        if (move.round().state() == RoundState.FAILED) {
            events.add(new AuditEvent.RoundFailed(
                    id, version, number, after.reason().orElse("The round could not be completed.")));
        } else if (move.completesRound()) {
            events.add(new AuditEvent.RoundCompleted(id, version, number));
        }
        if (after.state() == StudyState.COMPLETED && before.state() != StudyState.COMPLETED) {
            events.add(moved(AuditEvent.StudyStep.COMPLETED, after, after.reason()));
            after.selectedRound()
                    .flatMap(selected -> rounds.lock(id, selected))
                    .ifPresent(round -> round.globalModel()
                            .ifPresent(model -> events.add(
                                    new AuditEvent.ModelReleased(id, round.protocolVersion(), round.number(), model))));
        } else if (after.state() == StudyState.STOPPED && before.state() != StudyState.STOPPED) {
            events.add(moved(AuditEvent.StudyStep.STOPPED, after, after.reason()));
        }
        move.opened().ifPresent(round -> events.add(opened(after, round)));
        return events;
    }

    private static AuditEvent moved(AuditEvent.StudyStep step, Study study, Optional<String> reason) {
        return new AuditEvent.StudyMoved(step, study.id(), version(study), reason);
    }

    private static AuditEvent opened(Study study, Round round) {
        return new AuditEvent.RoundOpened(
                study.id(),
                round.protocolVersion(),
                round.number(),
                round.shares().stream().map(Share::site).toList(),
                round.startModel(),
                study.protocol().plan().seed());
    }

    private static int version(Study study) {
        return study.current().number();
    }

    private Study known(StudyId id) {
        return studies.lock(id).orElseThrow(() -> StudyProblems.unknown(id.value()));
    }

    /** What came before matters only once the round is scored. */
    private Progress.Knowledge known(Round present) {
        boolean scored = present.state() == RoundState.EVALUATING || present.state() == RoundState.COMPLETED;
        return new Progress.Knowledge(
                scored
                        ? rounds.outcomes(present.study()).stream()
                                .filter(outcome -> outcome.round().compareTo(present.number()) < 0)
                                .toList()
                        : List.of(),
                sites.suspended());
    }

    /** Returns the round that the study is in, locked; the study is locked already. */
    private Optional<Round> present(Study study) {
        Optional<RoundNumber> number =
                Optional.of(study).filter(Study::isTesting).flatMap(Study::selectedRound);
        return number.or(() -> rounds.last(study.id())).flatMap(round -> rounds.lock(study.id(), round));
    }

    private static boolean isOpen(Round round) {
        return round.state() != RoundState.COMPLETED && round.state() != RoundState.FAILED;
    }

    private Optional<Round> held(Round claimed) {
        String holder = claimed.claim().orElseThrow().holder();
        return rounds.lock(claimed.study(), claimed.number())
                .filter(round -> round.claim().map(Claim::holder).equals(Optional.of(holder)));
    }
}
