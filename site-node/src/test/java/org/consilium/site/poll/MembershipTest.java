package org.consilium.site.poll;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.consilium.site.poll.EnrolmentRequest.State;
import org.consilium.site.poll.SiteTokens.Answer;
import org.junit.jupiter.api.Test;

class MembershipTest {

    private static final Instant THEN = Instant.parse("2026-03-01T09:00:00Z");
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final NodeStatus STARTING = NodeStatus.starting(NOW);
    private static final NodeStatus FAILING = STARTING.idle(NodeStatus.State.ERROR, NOW, "connection refused");

    @Test
    void a_node_whose_key_keycloak_takes_is_enrolled_whatever_it_asked_for() {
        NodeStatus working = STARTING.idle(NodeStatus.State.WAITING, NOW, "").contacted(NOW);

        for (State state : State.values()) {
            assertThat(Membership.of(Answer.GIVEN, Optional.of(request(state)), "", working))
                    .isEqualTo(new Membership.Enrolled(Optional.of(NOW), ""));
        }
        assertThat(Membership.of(Answer.GIVEN, Optional.empty(), "", FAILING))
                .isEqualTo(new Membership.Enrolled(Optional.empty(), "connection refused"));
    }

    @Test
    void a_node_that_reached_nobody_does_not_say_that_it_is_no_member() {
        assertThat(Membership.of(Answer.NONE, Optional.empty(), "", STARTING)).isEqualTo(new Membership.OutOfTouch(""));
        assertThat(Membership.of(Answer.NONE, Optional.empty(), "", FAILING))
                .isEqualTo(new Membership.OutOfTouch("connection refused"));
        assertThat(Membership.of(Answer.REFUSED, Optional.empty(), "", FAILING))
                .isEqualTo(new Membership.NotEnrolled());
    }

    @Test
    void a_request_stands_as_the_consortium_said() {
        assertThat(Membership.of(Answer.REFUSED, Optional.of(request(State.REQUESTED)), "no answer", FAILING))
                .isEqualTo(new Membership.Waiting("Hospital", THEN, "no answer"));
        assertThat(Membership.of(Answer.REFUSED, Optional.of(request(State.APPROVED)), "", FAILING))
                .isEqualTo(new Membership.Approved("Hospital", "connection refused"));
        assertThat(Membership.of(Answer.REFUSED, Optional.of(request(State.REJECTED)), "", FAILING))
                .isEqualTo(new Membership.Refused(THEN, "No contract."));
    }

    private static EnrolmentRequest request(State state) {
        return new EnrolmentRequest("code", "fingerprint", state, "Hospital", THEN, Optional.of("No contract."));
    }
}
