package org.consilium.site.poll;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.StudyId;
import org.consilium.site.poll.NodeStatus.State;

/** The latest status: written by the poller and the heartbeats, each its own part, read by anyone. */
@ApplicationScoped
class StatusBoard {

    private Clock clock;
    private final AtomicReference<NodeStatus> now = new AtomicReference<>();

    /** For the container's proxy. */
    StatusBoard() {}

    @Inject
    StatusBoard(Clock clock) {
        this.clock = clock;
        now.set(NodeStatus.starting(clock.instant()));
    }

    NodeStatus now() {
        return now.get();
    }

    void idle(State state, String detail) {
        now.updateAndGet(status -> status.idle(state, clock.instant(), detail));
    }

    void working(State state, StudyId study, RoundNumber round) {
        now.updateAndGet(status -> status.working(state, study, round, clock.instant()));
    }

    void contacted() {
        now.updateAndGet(status -> status.contacted(clock.instant()));
    }

    /** Notes that a sign of life arrived, or why not. */
    void beaten(String trouble) {
        now.updateAndGet(status -> status.beaten(clock.instant(), trouble));
    }
}
