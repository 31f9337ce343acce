package org.consilium.site.poll;

import java.time.Instant;
import java.util.Optional;
import org.consilium.contract.Activity;
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
 * @param heartbeatAt when the last sign of life arrived
 * @param heartbeatTrouble why the latest one did not, empty if it did
 */
record NodeStatus(
        State state,
        Optional<StudyId> study,
        Optional<RoundNumber> round,
        Instant since,
        String detail,
        Optional<Instant> lastContact,
        Optional<Instant> heartbeatAt,
        String heartbeatTrouble) {

    /** Where a node can be. */
    enum State {
        /** Not in touch with the consortium yet. */
        CONNECTING,
        /** In touch, and nothing to do. */
        WAITING,
        /** Fetching a model or impressions. */
        DOWNLOADING,
        /** Training on the site's images. */
        TRAINING,
        /** Sending an answer. */
        UPLOADING,
        /** Applying a model to the site's images: scoring, describing features, judging impressions. */
        EVALUATING,
        /** The site's database is out of reach; it is tried again. */
        WAITING_FOR_DATABASE,
        /** Something failed; it is tried again. */
        ERROR
    }

    static NodeStatus starting(Instant now) {
        return new NodeStatus(
                State.CONNECTING, Optional.empty(), Optional.empty(), now, "", Optional.empty(), Optional.empty(), "");
    }

    NodeStatus idle(State next, Instant now, String text) {
        Instant from = next == state ? since : now;
        return new NodeStatus(
                next, Optional.empty(), Optional.empty(), from, text, lastContact, heartbeatAt, heartbeatTrouble);
    }

    NodeStatus working(State next, StudyId on, RoundNumber in, Instant now) {
        return new NodeStatus(
                next, Optional.of(on), Optional.of(in), now, "", lastContact, heartbeatAt, heartbeatTrouble);
    }

    NodeStatus contacted(Instant now) {
        return new NodeStatus(state, study, round, since, detail, Optional.of(now), heartbeatAt, heartbeatTrouble);
    }

    /** Returns the status after a sign of life that arrived, or did not for that reason. */
    NodeStatus beaten(Instant now, String trouble) {
        Optional<Instant> at = trouble.isEmpty() ? Optional.of(now) : heartbeatAt;
        return new NodeStatus(state, study, round, since, detail, lastContact, at, trouble);
    }

    /**
     * Returns what a sign of life says of it.
     *
     * @param importing whether images are being imported, which happens beside everything else
     */
    Activity activity(boolean importing) {
        return switch (state) {
            case CONNECTING, WAITING -> importing ? Activity.IMPORTING : Activity.IDLE;
            case DOWNLOADING -> Activity.FETCHING;
            case TRAINING -> Activity.TRAINING;
            case UPLOADING -> Activity.SENDING;
            case EVALUATING -> Activity.EVALUATING;
            case WAITING_FOR_DATABASE -> Activity.WAITING_FOR_DATABASE;
            case ERROR -> Activity.FAILING;
        };
    }
}
