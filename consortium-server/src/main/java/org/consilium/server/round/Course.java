package org.consilium.server.round;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.server.globalmodel.Models;
import org.consilium.server.globalmodel.Pending;
import org.consilium.server.platform.Refusal;
import org.consilium.server.study.Study;
import org.consilium.server.study.StudyState;
import org.consilium.server.study.StudyStore;

/** The steps of a study, each in one commit; the lock on its present round keeps replicas from doing one twice. */
@ApplicationScoped
class Course {

    private final StudyStore studies;
    private final RoundStore rounds;
    private final Models models;
    private final Wakeups wakeups;
    private final Clock clock;

    @Inject
    Course(StudyStore studies, RoundStore rounds, Models models, Wakeups wakeups, Clock clock) {
        this.studies = studies;
        this.rounds = rounds;
        this.models = models;
        this.wakeups = wakeups;
        this.clock = clock;
    }

    /** For the container's proxy. */
    Course() {
        this(null, null, null, null, null);
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
        Study study = studies.find(id).orElseThrow();
        Step step = Progress.next(study, present.get(), lastOnly(study, present.get()), claim, clock.instant());
        if (step instanceof Step.Aggregate aggregate) {
            rounds.save(aggregate.next());
        } else if (step instanceof Step.Move move) {
            save(move);
        }
        return step;
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
                .aggregated(model.digest(), seconds, now.plus(study.protocol().roundDeadline()), now));
        wakeups.sites(sites(study));
        return true;
    }

    /** Ends a study whose updates cannot be aggregated, unless another replica holds the round by now. */
    @Transactional
    public void failed(Round claimed, String reason) {
        held(claimed).ifPresent(round -> {
            Study study = studies.find(claimed.study()).orElseThrow();
            save(Progress.failed(study, round, reason, clock.instant()));
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
        Round round = present(id).orElseThrow(() -> StudyProblems.unknown(id.value()));
        Study study = studies.find(id).orElseThrow();
        if (study.state() == StudyState.STOPPED) {
            return;
        }
        if (!study.isRunning()) {
            throw StudyProblems.ended(study);
        }
        Instant now = clock.instant();
        if (round.state() != RoundState.COMPLETED) {
            rounds.save(round.failed(now));
        }
        studies.save(study.stopped(reason, now));
    }

    private void save(Step.Move move) {
        rounds.save(move.round());
        studies.save(move.study());
        move.opened().ifPresent(rounds::add);
        wakeups.sites(sites(move.study()));
    }

    private Optional<Round> present(StudyId id) {
        Optional<RoundNumber> number = studies.find(id).filter(Study::isRunning).flatMap(Study::selectedRound);
        return number.or(() -> rounds.last(id)).flatMap(round -> rounds.lock(id, round));
    }

    private Optional<Round> held(Round claimed) {
        String holder = claimed.claim().orElseThrow().holder();
        return rounds.lock(claimed.study(), claimed.number())
                .filter(round -> round.claim().map(Claim::holder).equals(Optional.of(holder)));
    }

    /** Earlier rounds matter only for the choice of the best, after the last one. */
    private List<Round> lastOnly(Study study, Round present) {
        return present.number().value() == study.protocol().rounds() ? rounds.of(study.id()) : List.of();
    }

    private static List<SiteId> sites(Study study) {
        return study.protocol().participants();
    }
}
