package org.consilium.server.round;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.InvalidParametersException;
import org.consilium.contract.StudyId;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.globalmodel.Models;
import org.consilium.server.globalmodel.NewVector;
import org.consilium.server.platform.Refusal;
import org.consilium.server.study.Study;
import org.eclipse.microprofile.config.Config;

/**
 * Does what is due in a study, step by step, until answers are awaited: {@link Course} decides and commits, the
 * arithmetic of an aggregation happens here, outside any transaction.
 *
 * <p>Any replica may do it at any time: a round is aggregated by the one that holds its claim, and if that one dies the
 * next tick of any other computes the same bytes.
 */
@ApplicationScoped
class RoundClerk {

    private static final Logger LOG = Logger.getLogger(RoundClerk.class.getName());

    private final Course course;
    private final Models models;
    private final Refiner refiner;
    private final RoundSettings settings;
    private final Clock clock;
    private Consumer<Round> completed = round -> {};

    /** Null without a container: then what is long is done at once. */
    @Resource
    ManagedScheduledExecutorService scheduler;

    @Inject
    RoundClerk(Course course, Models models, Refiner refiner, Config config, Clock clock) {
        this(course, models, refiner, RoundSettings.from(config), clock);
    }

    RoundClerk(Course course, Models models, Refiner refiner, RoundSettings settings, Clock clock) {
        this.course = course;
        this.models = models;
        this.refiner = refiner;
        this.settings = settings;
        this.clock = clock;
    }

    /** For the container's proxy. */
    RoundClerk() {
        this(null, null, null, (RoundSettings) null, null);
    }

    /** Has rounds counted; without a container nobody counts. */
    @Inject
    void countedBy(RoundMetrics metrics) {
        completed = metrics::completed;
    }

    /** Does what is due in all studies; one that fails does not hold up the others. */
    public void tick() {
        for (StudyId study : course.running()) {
            try {
                advance(study);
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, e, () -> "study " + study + " could not be moved on, the next tick tries again");
            }
        }
    }

    /** Does what is due in one study. */
    public void advance(StudyId study) {
        Step step;
        do {
            step = course.advance(study, claim());
            if (step instanceof Step.Aggregate aggregate && !aggregate(aggregate.study(), aggregate.next())) {
                return;
            }
            if (step instanceof Step.Refine refine) {
                inBackground(study, () -> refine(refine.study(), refine.next()));
                return;
            }
            if (step instanceof Step.Move move && move.completesRound()) {
                completed.accept(move.round());
            }
        } while (!(step instanceof Step.Nothing));
    }

    /** Refining may take minutes: other studies, and whoever rings the bell, do not wait for it. */
    private void inBackground(StudyId study, BooleanSupplier work) {
        Runnable task = () -> {
            if (work.getAsBoolean()) {
                advance(study);
            }
        };
        if (scheduler == null) {
            task.run();
            return;
        }
        scheduler.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.log(
                        Level.WARNING,
                        e,
                        () -> "a round of study " + study
                                + " could not be refined, whoever takes it over when its claim ends tries again");
            }
        });
    }

    /** Returns whether what this replica has made of the round was taken. */
    private boolean refine(Study study, Round round) {
        try (Vigil vigil = vigil(round)) {
            return refiner.refine(study, round, vigil);
        } catch (LostClaimException e) {
            LOG.info(() -> "another replica has taken over round " + round.number() + " of " + round.study());
            return false;
        }
    }

    private Vigil vigil(Round round) {
        return new Vigil(course, round, settings.claim(), clock, scheduler);
    }

    /** Returns whether this replica's model was taken. */
    private boolean aggregate(Study study, Round round) {
        StudyProtocol protocol = study.protocol();
        long start = System.nanoTime();
        StoredUpdates updates;
        try {
            updates = new StoredUpdates(models, round);
        } catch (Refusal e) {
            // Not a mishap of this replica: every other would miss the same bytes.
            course.failed(round, "An update of round " + round.number() + " is missing: " + e.getMessage());
            return true;
        }
        NewVector model = models.write(protocol.architecture(), updates.count());
        boolean taken = false;
        try (Vigil vigil = vigil(round)) {
            study.method().aggregateTrain(updates, (chunk, values) -> {
                vigil.keep();
                model.accept(chunk, values);
            });
            taken = course.aggregated(round, model.finish(), (System.nanoTime() - start) / 1e9);
            return taken;
        } catch (InvalidParametersException e) {
            // Not a mishap of this replica: every other would compute the same.
            course.failed(round, "The updates of round " + round.number() + " cannot be aggregated: " + e.getMessage());
            return true;
        } catch (LostClaimException e) {
            LOG.info(() -> "another replica has taken over round " + round.number() + " of " + round.study());
            return false;
        } finally {
            updates.release(round.startModel());
            if (!taken) {
                model.discard();
            }
        }
    }

    private Claim claim() {
        return new Claim(UUID.randomUUID().toString(), clock.instant().plus(settings.claim()));
    }
}
