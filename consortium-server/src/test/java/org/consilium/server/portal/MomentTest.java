package org.consilium.server.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class MomentTest {

    private static final Instant NOW = Instant.parse("2026-11-25T14:38:05.123456Z");

    @Test
    void a_time_of_today_is_a_clock_and_another_day_is_named() {
        assertThat(at("2026-11-25T09:01:30.9Z").text()).isEqualTo("09:01:30");
        assertThat(at("2026-11-24T23:59:59Z").text()).isEqualTo("24 Nov 23:59");
        assertThat(at("2025-02-01T00:00:00Z").text()).isEqualTo("1 Feb 2025");
    }

    @Test
    void a_time_may_be_told_to_the_minute() {
        assertThat(at("2026-11-25T09:01:30.9Z").minute()).isEqualTo("09:01");
        assertThat(at("2026-11-24T23:59:59Z").minute()).isEqualTo("24 Nov 23:59");
    }

    @Test
    void a_machine_reads_it_to_the_second() {
        assertThat(at("2026-11-25T09:01:30.9Z").iso()).isEqualTo("2026-11-25T09:01:30Z");
    }

    @Test
    void its_age_has_the_unit_that_a_person_would_choose() {
        assertThat(at("2026-11-25T14:37:56Z").ago()).isEqualTo("9 s ago");
        assertThat(at("2026-11-25T14:36:20Z").ago()).isEqualTo("1 min ago");
        assertThat(at("2026-11-25T12:00:00Z").ago()).isEqualTo("2 h ago");
        assertThat(at("2026-11-20T12:00:00Z").ago()).isEqualTo("5 days ago");
    }

    @Test
    void a_clock_that_runs_ahead_gives_no_negative_age() {
        assertThat(at("2026-11-25T14:39:00Z").ago()).isEqualTo("0 s ago");
    }

    private static Moment at(String time) {
        return new Moment(Instant.parse(time), NOW);
    }
}
