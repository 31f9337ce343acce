package org.consilium.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.consilium.auditlog.Repetitions.Due;
import org.consilium.auditlog.Repetitions.Seen;
import org.junit.jupiter.api.Test;

/** What happens again and again is recorded once a minute, with how often, and never said of another. */
class RepetitionsTest {

    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(60);

    private final Repetitions<String> repetitions = new Repetitions<>(3, 8);

    @Test
    void the_first_is_recorded_at_once_and_the_others_together() {
        assertThat(note("eve", "a")).contains("eve a");
        assertThat(note("eve", "a")).isEmpty();
        assertThat(note("eve", "a")).isEmpty();
        assertThat(note("eve", "b")).contains("eve b");
        assertThat(repetitions.due(NOW.plusSeconds(59))).isEmpty();
        assertThat(recorded(LATER)).containsExactly("2 eve a");
        assertThat(note("eve", "a")).as("a minute begins anew").contains("eve a");
    }

    @Test
    void who_asks_for_ever_other_things_leaves_few_records_and_all_are_counted() {
        List<String> atOnce = IntStream.range(0, 1000)
                .mapToObj(number -> note("eve", "thing " + number))
                .flatMap(Optional::stream)
                .toList();
        assertThat(atOnce).containsExactly("eve thing 0", "eve thing 1", "eve thing 2", "much of eve");
        assertThat(recorded(LATER)).containsExactly("996 much of eve");
    }

    @Test
    void one_who_floods_hides_no_other() {
        IntStream.range(0, 1000).forEach(number -> note("eve", "thing " + number));
        assertThat(note("mallory", "door")).contains("mallory door");
    }

    @Test
    void what_many_have_done_is_said_of_none_of_them() {
        List<String> atOnce = IntStream.range(0, 1000)
                .mapToObj(number -> note("stranger " + number, "door"))
                .flatMap(Optional::stream)
                .toList();
        assertThat(atOnce).hasSize(9).endsWith("much of many");
        assertThat(recorded(LATER)).containsExactly("991 much of many");
    }

    @Test
    void what_could_not_be_recorded_is_recorded_later() {
        Due<String> first = noted("eve", "a").orElseThrow();
        repetitions.missed(first);
        assertThat(repetitions.due(LATER)).hasSize(1);
        assertThat(repetitions.due(LATER)).as("not done yet").hasSize(1);
        assertThat(recorded(LATER)).containsExactly("1 eve a");
        assertThat(recorded(LATER)).isEmpty();
    }

    @Test
    void what_comes_while_it_is_recorded_is_not_lost() {
        note("eve", "a");
        note("eve", "a");
        Due<String> due = repetitions.due(LATER).get(0);
        note("eve", "a");
        repetitions.done(due);
        assertThat(recorded(LATER)).containsExactly("1 eve a");
    }

    private List<String> recorded(Instant now) {
        List<Due<String>> due = repetitions.due(now);
        due.forEach(repetitions::done);
        return due.stream().map(one -> one.times() + " " + one.value()).toList();
    }

    private Optional<String> note(String who, String what) {
        return noted(who, what).map(Due::value);
    }

    private Optional<Due<String>> noted(String who, String what) {
        return repetitions.note(new Seen<>(who, what, who + " " + what, "much of " + who, "much of many"), NOW);
    }
}
