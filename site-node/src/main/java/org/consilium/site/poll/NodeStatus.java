package org.consilium.site.poll;

import java.time.Instant;
import java.util.Optional;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.StudyId;

/**
 * What the node is doing.
 *
 * @param state where it is
 * @param study the study it works for, if any
 * @param round its round
 * @param since when the state began
 * @param detail for people, may be empty
 * @param lastContact when the consortium answered last
 */
record NodeStatus(
        State state,
        Optional<StudyId> study,
        Optional<RoundNumber> round,
        Instant since,
        String detail,
        Optional<Instant> lastContact) {

    /** Where a node can be. */
    enum State {
        /** Not in touch with the consortium yet. */
        CONNECTING,
        /** In touch, and nothing to do. */
        WAITING,
        /** Fetching a model. */
        DOWNLOADING,
        /** Training on the site's images. */
        TRAINING,
        /** Sending an answer. */
        UPLOADING,
        /** Scoring a model on the site's images. */
        EVALUATING,
        /** Something failed; it is tried again. */
        ERROR
    }

    static NodeStatus starting(Instant now) {
        return new NodeStatus(State.CONNECTING, Optional.empty(), Optional.empty(), now, "", Optional.empty());
    }

    NodeStatus idle(State next, Instant now, String text) {
        Instant from = next == state ? since : now;
        return new NodeStatus(next, Optional.empty(), Optional.empty(), from, text, lastContact);
    }

    NodeStatus working(State next, StudyId on, RoundNumber in, Instant now) {
        return new NodeStatus(next, Optional.of(on), Optional.of(in), now, "", lastContact);
    }

    NodeStatus contacted(Instant now) {
        return new NodeStatus(state, study, round, since, detail, Optional.of(now));
    }
}
