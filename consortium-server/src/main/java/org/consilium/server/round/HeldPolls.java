package org.consilium.server.round;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.SiteId;
import org.consilium.contract.WorkOffer;
import org.consilium.server.platform.Refusal;
import org.consilium.server.site.Sites;

/** Holds polls until there is work for their site. */
@ApplicationScoped
class HeldPolls {

    private static final Logger LOG = Logger.getLogger(HeldPolls.class.getName());

    @Inject
    Offers offers;

    @Inject
    Sites sites;

    private final WaitingRoom room = new WaitingRoom();
    private final Thread hook = new Thread(this::endAll, "consilium-end-polls");
    private volatile boolean ending;

    /** Liberty waits for open requests before it ends an application, so the application must hear of the end earlier. */
    @PostConstruct
    void watch() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @PreDestroy
    void unwatch() {
        endAll();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            // The hook has run or runs.
        }
    }

    /** The server stops: answers all polls with nothing, and from now on holds none. */
    void endAll() {
        ending = true;
        room.empty();
    }

    /**
     * Holds a poll and looks for work once more, which may have come since it was looked for.
     *
     * @param inName has work looked for in the name of who polls, on whatever thread it comes
     * @throws Refusal if the server is being stopped
     */
    WaitingRoom.Poll hold(SiteId site, Consumer<Optional<WorkOffer>> answer, WaitingRoom.InName inName) {
        WaitingRoom.Poll poll = new WaitingRoom.Poll(site, answer, inName);
        room.enter(poll);
        if (ending) {
            room.leave(poll);
            throw Refusal.of(503, "server-stopping", "The server is being stopped.", "Poll again in a few seconds.");
        }
        wake(site);
        return poll;
    }

    /** Answers a poll whose time is over. */
    void end(WaitingRoom.Poll poll) {
        room.leave(poll);
        poll.answer(Optional.empty());
    }

    /** Answers the site's polls if there is work for it and it may still take part. */
    void wake(SiteId site) {
        try {
            room.wake(site, asked -> sites.isActive(asked) ? offers.next(asked) : Optional.empty());
        } catch (RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    e,
                    () -> "a poll of " + site + " could not be answered, its next poll or the next tick tries again");
        }
    }

    void wakeAll() {
        room.sites().forEach(this::wake);
    }

    /** Returns how many sites have a poll here. */
    int waitingSites() {
        return room.sites().size();
    }

    int size() {
        return room.size();
    }
}
