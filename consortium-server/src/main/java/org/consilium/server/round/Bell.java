package org.consilium.server.round;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.server.globalmodel.Models;
import org.consilium.server.platform.AfterCommit;
import org.consilium.server.platform.Migration;
import org.consilium.server.site.SiteChanged;
import org.eclipse.microprofile.config.Config;

/** Calls the clerk and the waiting polls: after each commit that concerns them, and by a periodic tick in any case. */
@ApplicationScoped
class Bell implements Wakeups {

    private static final Logger LOG = Logger.getLogger(Bell.class.getName());
    private static final int TICKS_PER_SWEEP = 300;

    @Resource
    ManagedScheduledExecutorService scheduler;

    @Resource
    ManagedExecutorService executor;

    @Inject
    AfterCommit afterCommit;

    @Inject
    RoundClerk clerk;

    @Inject
    Course course;

    @Inject
    HeldPolls polls;

    @Inject
    Models models;

    @Inject
    Migration migration;

    @Inject
    Config config;

    private int ticks;

    void start(@Observes @Initialized(ApplicationScoped.class) Object started) {
        long seconds = RoundSettings.from(config).tick().toSeconds();
        scheduler.scheduleWithFixedDelay(this::tick, seconds, seconds, TimeUnit.SECONDS);
    }

    @Override
    public void study(StudyId study) {
        afterCommit.run("moving on study " + study, () -> clerk.advance(study));
    }

    @Override
    public void sites(List<SiteId> sites) {
        afterCommit.run("waking polls", () -> sites.forEach(site -> executor.execute(() -> polls.wake(site))));
    }

    @Override
    public void erased(int updates) {
        if (updates > 0) {
            afterCommit.run("deleting erased updates", this::deleteErased);
        }
    }

    private void deleteErased() {
        while (course.deleteErased()) {
            LOG.fine("more erased updates are deleted");
        }
    }

    void siteChanged(@Observes SiteChanged change) {
        course.statusChanged(change.site());
        sites(List.of(change.site()));
    }

    /** A study whose updates cannot be erased does not keep those of others. */
    private void eraseExpired(StudyId study) {
        try {
            course.eraseExpired(study);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, e, () -> "updates of study " + study + " could not be erased, which is tried again");
        }
    }

    private void tick() {
        if (!migration.isDone()) {
            return;
        }
        try {
            clerk.tick();
            polls.wakeAll();
            if (ticks++ % TICKS_PER_SWEEP == 0) {
                models.sweep();
                course.ended().forEach(this::eraseExpired);
                // What a server that died has left.
                deleteErased();
            }
        } catch (RuntimeException e) {
            // An exception would end the schedule for good; the database may be back at the next tick.
            LOG.log(Level.WARNING, "tick failed, the next one tries again", e);
        }
    }
}
