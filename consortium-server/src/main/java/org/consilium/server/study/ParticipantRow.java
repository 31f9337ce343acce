package org.consilium.server.study;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.time.Instant;
import java.util.Optional;
import org.consilium.contract.SiteId;

/** What {@code study_participant} says of one site: since when it takes part, and whether it has left. */
@Embeddable
class ParticipantRow {

    @Column(name = "joined_at")
    Instant joinedAt;

    @Column(name = "left_by")
    String leftBy;

    @Column(name = "left_at")
    Instant leftAt;

    @Column(name = "left_reason")
    String leftReason;

    @Column(name = "erased_updates")
    Integer erasedUpdates;

    ParticipantRow() {}

    /** @param joinedAt null for a site that has left before it took part */
    ParticipantRow(Instant joinedAt) {
        this.joinedAt = joinedAt;
    }

    boolean hasTakenPart() {
        return joinedAt != null;
    }

    ParticipantRow joined(Instant now) {
        if (hasTakenPart()) {
            return this;
        }
        ParticipantRow next = new ParticipantRow(now);
        next.leftBy = leftBy;
        next.leftAt = leftAt;
        next.leftReason = leftReason;
        next.erasedUpdates = erasedUpdates;
        return next;
    }

    ParticipantRow left(Withdrawal withdrawal) {
        ParticipantRow next = new ParticipantRow(joinedAt);
        next.leftBy = withdrawal.by();
        next.leftAt = withdrawal.at();
        next.leftReason = withdrawal.reason();
        next.erasedUpdates = withdrawal.erasedUpdates();
        return next;
    }

    Optional<Withdrawal> withdrawal(String site) {
        return leftAt == null
                ? Optional.empty()
                : Optional.of(new Withdrawal(new SiteId(site), leftBy, leftAt, leftReason, erasedUpdates));
    }
}
