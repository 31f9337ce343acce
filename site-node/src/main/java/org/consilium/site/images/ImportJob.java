package org.consilium.site.images;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.consilium.contract.Problem;

/**
 * How far an import is: a value, replaced by the next.
 *
 * @param id names it
 * @param dataset the data set's name
 * @param folder the folder, for people
 * @param state running, done or failed
 * @param done images stored so far; they count only once the state is DONE
 * @param total images in the folder, 0 until it was looked at
 * @param problem why it failed
 * @param startedAt when it was asked for
 * @param endedAt when it ended
 */
record ImportJob(
        UUID id,
        String dataset,
        String folder,
        State state,
        int done,
        int total,
        Optional<Problem> problem,
        Instant startedAt,
        Optional<Instant> endedAt) {

    /** Where an import can be. */
    enum State {
        /** Waiting for its turn or at work. */
        RUNNING,
        /** All images are stored. */
        DONE,
        /** Nothing was stored. */
        FAILED
    }

    static ImportJob started(UUID id, ImportRequest request, Instant now) {
        return new ImportJob(
                id,
                request.dataset(),
                request.folder().toString(),
                State.RUNNING,
                0,
                0,
                Optional.empty(),
                now,
                Optional.empty());
    }

    ImportJob at(int images, int of) {
        return new ImportJob(id, dataset, folder, state, images, of, problem, startedAt, endedAt);
    }

    ImportJob finished(Instant now) {
        return new ImportJob(id, dataset, folder, State.DONE, total, total, problem, startedAt, Optional.of(now));
    }

    ImportJob failed(Problem why, Instant now) {
        return new ImportJob(
                id, dataset, folder, State.FAILED, 0, total, Optional.of(why), startedAt, Optional.of(now));
    }
}
