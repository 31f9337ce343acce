package org.consilium.server.study;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.StudyId;

/**
 * A study with its course so far.
 *
 * @param protocol what it does
 * @param state where it stands
 * @param reason why it failed or was stopped
 * @param createdAt when it was created and started
 * @param endedAt when it completed or failed
 * @param selectedRound the round whose model is the result, chosen on validation scores after the last round
 * @param testDeadline until when test scores of that model are awaited
 */
public record Study(
        Protocol protocol,
        StudyState state,
        Optional<String> reason,
        Instant createdAt,
        Optional<Instant> endedAt,
        Optional<RoundNumber> selectedRound,
        Optional<Instant> testDeadline) {

    /** Checks that nothing is missing and that an ended study has its end. */
    public Study {
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(createdAt, "createdAt");
        if ((state == StudyState.RUNNING) == endedAt.isPresent()) {
            throw new IllegalArgumentException("a study has an end exactly when it runs no more");
        }
        if ((state == StudyState.FAILED || state == StudyState.STOPPED) != reason.isPresent()) {
            throw new IllegalArgumentException("a study has a reason exactly when it failed or was stopped");
        }
    }

    /** Returns a study that starts now. */
    public static Study started(Protocol protocol, Instant now) {
        return new Study(
                protocol,
                StudyState.RUNNING,
                Optional.empty(),
                now,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Returns the study's name. */
    public StudyId id() {
        return protocol.id();
    }

    /** Returns whether it is going on. */
    public boolean isRunning() {
        return state == StudyState.RUNNING;
    }

    /** Returns whether its rounds are over and the test scores of the selected model are awaited. */
    public boolean isTesting() {
        return isRunning() && selectedRound.isPresent();
    }

    /** Returns the study awaiting test scores of that round's model. */
    public Study testing(RoundNumber selected, Instant now) {
        return new Study(
                protocol,
                state,
                reason,
                createdAt,
                endedAt,
                Optional.of(selected),
                Optional.of(now.plus(protocol.roundDeadline())));
    }

    /** Returns the study at its good end, with the round whose model is the result. */
    public Study completed(RoundNumber selected, Instant now) {
        return new Study(
                protocol,
                StudyState.COMPLETED,
                reason,
                createdAt,
                Optional.of(now),
                Optional.of(selected),
                testDeadline);
    }

    /** Returns the study that could not go on. */
    public Study failed(String why, Instant now) {
        return endedEarly(StudyState.FAILED, why, now);
    }

    /** Returns the study stopped by a coordinator. */
    public Study stopped(String why, Instant now) {
        return endedEarly(StudyState.STOPPED, why, now);
    }

    private Study endedEarly(StudyState end, String why, Instant now) {
        return new Study(protocol, end, Optional.of(why), createdAt, Optional.of(now), selectedRound, testDeadline);
    }
}
