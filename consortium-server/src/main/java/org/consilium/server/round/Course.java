package org.consilium.server.round;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.protocol.Retention;
import org.consilium.server.globalmodel.Models;
import org.consilium.server.globalmodel.Pending;
import org.consilium.server.platform.Refusal;
import org.consilium.server.site.Sites;
import org.consilium.server.study.Study;
import org.consilium.server.study.StudyState;
import org.consilium.server.study.StudyStore;
import org.consilium.server.study.Withdrawal;

/** The steps of a study, each in one commit; the lock on its present round keeps replicas from doing one twice. */
@ApplicationScoped
class Course {

    private final StudyStore studies;
    private final RoundStore rounds;
    private final Sites sites;
    private final Models models;
    private final Wakeups wakeups;
    private final Clock clock;

    @Inject
    Course(StudyStore studies, RoundStore rounds, Sites sites, Models models, Wakeups wakeups, Clock clock) {
        this.studies = studies;
        this.rounds = rounds;
        this.sites = sites;
        this.models = models;
        this.wakeups = wakeups;
        this.clock = clock;
    }

    /** For the container's proxy. */
    Course() {
        this(null, null, null, null, null, null);
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
        Optional<Round> present = present(id);
        if (present.isEmpty()) {
            return new Step.Nothing();
        }
        // Read after the lock, since another replica may just have moved the study on.
        Study study = studies.lock(id).orElseThrow();
        Step step = Progress.next(study, present.get(), known(present.get()), claim, clock.instant());
        if (step instanceof Step.Aggregate aggregate) {
            rounds.save(aggregate.next());
        } else if (step instanceof Step.Move move) {
            save(move);
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
        rounds.add(Round.open(started, new RoundNumber(1), started.protocol().initialModel(), now));
        wakeups.sites(started.active());
    }

    /** Asks nothing new of the sites until the study is resumed; what they send of what they were asked is taken. */
    @Transactional
    public void pause(StudyId id) {
        present(id);
        Instant now = clock.instant();
        studies.save(known(id).paused(now), now);
    }

    /** Has a paused study go on; the time of the pause is added to its deadlines. */
    @Transactional
    public void resume(StudyId id) {
        Optional<Round> present = present(id);
        Study study = known(id);
        Instant now = clock.instant();
        Study resumed = study.resumed(now);
        if (resumed != study) {
            present.ifPresent(round -> rounds.save(round.putOff(study.pauseUntil(now))));
            studies.save(resumed, now);
            wakeups.sites(resumed.active());
            wakeups.study(id);
        }
    }

    /**
     * Has a site leave a study that has been approved, as its steward wants. Its part of the present round is not used;
     * its earlier updates are kept or erased, as the protocol says.
     *
     * @param by the steward
     */
    @Transactional
    public void leave(StudyId id, SiteId site, String by, String reason) {
        Optional<Round> present = present(id);
        Study study = known(id);
        if (!study.protocol().participants().contains(site)) {
            throw Answers.notAParticipant(id.value(), site);
        }
        if (study.state().isEnded()) {
            throw StudyProblems.ended(study);
        }
        if (study.state() == StudyState.DRAFT || study.state() == StudyState.PROPOSED) {
            throw Refusal.of(
                    409,
                    "study-not-approved",
                    "Study " + id + " is " + study.state() + ": nothing binds site " + site + " to it.",
                    "Decline the version that is proposed.");
        }
        Instant now = clock.instant();
        // Refuses a site that has left already, before anything is erased.
        study.left(new Withdrawal(site, by, now, reason, 0));
        present.filter(round -> round.state() != RoundState.COMPLETED && round.state() != RoundState.FAILED)
                .ifPresent(round -> rounds.save(round.left(site, now)));
        boolean erase = study.protocol().retention().withdrawn() == Retention.OnWithdrawal.ERASE;
        int erased = erase ? rounds.erase(id, Optional.of(site)) : 0;
        studies.save(study.left(new Withdrawal(site, by, now, reason, erased)), now);
        wakeups.study(id);
    }

    /** Looks anew at the rounds that a site is awaited in: whether they wait for it depends on its status. */
    @Transactional
    public void statusChanged(SiteId site) {
        rounds.asking(site).forEach(round -> wakeups.study(round.study()));
    }

    /** Erases the updates of studies that ended long enough ago, as their protocols say; returns how many. */
    @Transactional
    public int eraseExpired() {
        Instant now = clock.instant();
        int erased = 0;
        for (Study study : studies.all()) {
            Duration kept = Duration.ofDays(study.protocol().retention().updateDays());
            if (study.endedAt().filter(end -> !end.plus(kept).isAfter(now)).isPresent()) {
                erased += rounds.erase(study.id(), Optional.empty());
            }
        }
        return erased;
    }

    /**
     * Keeps a claim alive.
     *
     * @return whether this replica still holds it
     */
    @Transactional
    public boolean renew(Round claimed, Claim claim) {
        Optional<Round> held = held(claimed);
        held.ifPresent(round -> rounds.save(round.claimed(claim, clock.instant())));
        return held.isPresent();
    }

    /** Saves the new global model and asks for its scores, unless another replica holds the round by now. */
    @Transactional
    public boolean aggregated(Round claimed, Pending model, double seconds) {
        Optional<Round> held = held(claimed);
        if (held.isEmpty()) {
            return false;
        }
        Study study = studies.find(claimed.study()).orElseThrow();
        models.complete(model);
        Instant now = clock.instant();
        rounds.save(held.get()
                .aggregated(
                        model.digest(),
                        seconds,
                        now.plus(study.protocol().schedule().roundDeadline()),
                        now));
        wakeups.sites(sites(study));
        return true;
    }

    /** Ends a study whose updates cannot be aggregated, unless another replica holds the round by now. */
    @Transactional
    public void failed(Round claimed, String reason) {
        held(claimed).ifPresent(round -> {
            Study study = studies.lock(claimed.study()).orElseThrow();
            save(Progress.stopped(study, round, reason, clock.instant()));
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
        Optional<Round> present = present(id);
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
        present.filter(round -> round.state() != RoundState.COMPLETED)
                .ifPresent(round -> rounds.save(round.failed(now)));
        studies.save(study.stopped(reason, now), now);
    }

    private void save(Step.Move move) {
        Instant now = clock.instant();
        rounds.save(move.round());
        rounds.record(move.study().id(), move.decisions(), now);
        studies.save(move.study(), now);
        move.opened().ifPresent(rounds::add);
        wakeups.sites(sites(move.study()));
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

    private Optional<Round> present(StudyId id) {
        Optional<RoundNumber> number = studies.find(id).filter(Study::isTesting).flatMap(Study::selectedRound);
        return number.or(() -> rounds.last(id)).flatMap(round -> rounds.lock(id, round));
    }

    private Optional<Round> held(Round claimed) {
        String holder = claimed.claim().orElseThrow().holder();
        return rounds.lock(claimed.study(), claimed.number())
                .filter(round -> round.claim().map(Claim::holder).equals(Optional.of(holder)));
    }

    private static List<SiteId> sites(Study study) {
        return study.active();
    }
}
