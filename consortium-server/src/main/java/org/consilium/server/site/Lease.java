package org.consilium.server.site;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.StudyId;

/**
 * A site's hold on the work of one round: it begins when the site has the work, and each heartbeat that names the work
 * renews it. Its age says since when nobody knows that the work is done.
 *
 * @param study the study
 * @param round its round
 * @param renewedAt when it began or was renewed last
 */
public record Lease(StudyId study, RoundNumber round, Instant renewedAt) {

    /** Checks that nothing is missing. */
    public Lease {
        Objects.requireNonNull(study, "study");
        Objects.requireNonNull(round, "round");
        Objects.requireNonNull(renewedAt, "renewedAt");
    }

    /** Returns whether the other one is on the same work. */
    boolean isSameWork(Lease other) {
        return study.equals(other.study) && round.equals(other.round);
    }

    /** Returns the lease as what the node named last has renewed it. */
    Lease renewedBy(Optional<Lease> named) {
        return named.filter(this::isSameWork)
                .filter(other -> other.renewedAt.isAfter(renewedAt))
                .orElse(this);
    }
}
