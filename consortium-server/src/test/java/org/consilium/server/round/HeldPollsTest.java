package org.consilium.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.consilium.server.round.Samples.ONE;
import static org.consilium.server.round.Samples.TWO;
import static org.consilium.server.round.Samples.parameters;
import static org.consilium.server.round.Samples.protocol;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.contract.WorkOffer;
import org.consilium.server.platform.Refusal;
import org.consilium.server.site.SiteStatus;
import org.junit.jupiter.api.Test;

/** Polls that are held: all of it happens on the test's one thread, so none is held by a thread of its own. */
class HeldPollsTest {

    private final Consortium consortium = new Consortium();
    private final List<Optional<WorkOffer>> answers = new ArrayList<>();

    @Test
    void an_idle_poll_is_answered_when_work_comes() {
        consortium.polls.hold(ONE, answers::add, Supplier::get);
        consortium.polls.hold(TWO, work -> {}, Supplier::get);
        assertThat(answers).as("the call has returned, the poll is held").isEmpty();
        assertThat(consortium.polls.size()).isEqualTo(2);

        consortium.start(protocol(1, 1, ONE));
        consortium.settle();
        assertThat(answers)
                .singleElement()
                .satisfies(work -> assertThat(work).containsInstanceOf(WorkOffer.Train.class));
        assertThat(consortium.polls.size()).as("the other site's poll").isEqualTo(1);
    }

    @Test
    void work_is_looked_for_in_the_name_of_who_polls() {
        List<String> names = new ArrayList<>();
        consortium.polls.hold(ONE, answers::add, work -> {
            names.add("site-1");
            return work.get();
        });
        names.clear();
        consortium.start(protocol(1, 1, ONE));
        consortium.settle();
        assertThat(answers).hasSize(1);
        assertThat(names).containsOnly("site-1").isNotEmpty();
    }

    @Test
    void an_idle_poll_whose_time_is_over_is_answered_with_nothing_and_only_once() {
        WaitingRoom.Poll poll = consortium.polls.hold(ONE, answers::add, Supplier::get);
        consortium.polls.end(poll);
        assertThat(answers).containsExactly(Optional.empty());
        assertThat(consortium.polls.size()).isZero();

        consortium.start(protocol(1, 1, ONE));
        consortium.settle();
        consortium.polls.end(poll);
        assertThat(answers).hasSize(1);
    }

    @Test
    void a_server_that_stops_lets_all_polls_go_and_holds_no_more() {
        consortium.polls.hold(ONE, answers::add, Supplier::get);
        consortium.polls.hold(TWO, answers::add, Supplier::get);
        consortium.polls.endAll();
        assertThat(answers).containsExactly(Optional.empty(), Optional.empty());

        assertThatThrownBy(() -> consortium.polls.hold(ONE, answers::add, Supplier::get))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("being stopped");
        assertThat(answers).hasSize(2);
        assertThat(consortium.polls.size()).isZero();
    }

    @Test
    void work_that_came_just_before_the_poll_was_held_is_not_missed() {
        consortium.start(protocol(1, 1, ONE));
        WaitingRoom.Poll poll = consortium.polls.hold(ONE, answers::add, Supplier::get);
        assertThat(poll.isAnswered()).isTrue();
        assertThat(answers).hasSize(1);
    }

    @Test
    void two_polls_of_one_site_get_the_same_work() {
        consortium.polls.hold(ONE, answers::add, Supplier::get);
        consortium.polls.hold(ONE, answers::add, Supplier::get);
        consortium.start(protocol(1, 1, ONE));
        consortium.settle();
        assertThat(answers).hasSize(2);
        assertThat(answers.get(0)).isEqualTo(answers.get(1));
        assertThat(consortium.polls.size()).isZero();
    }

    @Test
    void an_idle_poll_is_woken_for_the_evaluation_as_soon_as_the_last_update_is_there() throws IOException {
        consortium.start(protocol(1, 2, ONE, TWO));
        consortium.send(ONE, 1, 10, parameters(1, 0, 0));
        consortium.polls.hold(ONE, answers::add, Supplier::get);
        consortium.settle();
        assertThat(answers).isEmpty();
        consortium.send(TWO, 1, 10, parameters(1, 0, 0));
        consortium.settle();
        assertThat(answers)
                .singleElement()
                .satisfies(work -> assertThat(work).containsInstanceOf(WorkOffer.Evaluate.class));
    }

    @Test
    void the_poll_of_a_suspended_site_is_not_answered_with_work_until_it_is_let_in_again() {
        consortium.polls.hold(ONE, answers::add, Supplier::get);
        consortium.sites.setStatus(ONE, SiteStatus.SUSPENDED);
        consortium.start(protocol(1, 1, ONE));
        consortium.settle();
        assertThat(answers).isEmpty();
        consortium.sites.setStatus(ONE, SiteStatus.ACTIVE);
        consortium.polls.wakeAll();
        assertThat(answers).hasSize(1);
    }

    @Test
    void a_poll_that_cannot_be_answered_leaves_the_room_and_the_others_are_answered() {
        consortium.polls.hold(
                ONE,
                work -> {
                    throw new IllegalStateException("the connection is gone");
                },
                Supplier::get);
        consortium.polls.hold(ONE, answers::add, Supplier::get);
        consortium.start(protocol(1, 1, ONE));
        Logger log = Logger.getLogger(HeldPolls.class.getName());
        log.setLevel(Level.OFF);
        try {
            consortium.settle();
        } finally {
            log.setLevel(null);
        }
        assertThat(answers).hasSize(1);
        assertThat(consortium.polls.size()).isZero();
    }
}
