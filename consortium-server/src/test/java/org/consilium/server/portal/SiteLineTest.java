package org.consilium.server.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.consilium.contract.RoundNumber;
import org.consilium.server.round.RoundState;
import org.consilium.server.round.ShareState;
import org.consilium.server.round.StudyView;
import org.consilium.server.site.Site;
import org.consilium.server.site.SiteStatus;
import org.junit.jupiter.api.Test;

class SiteLineTest {

    private static final Instant NOW = Example.START.plusSeconds(600);
    private static final Site FRESH = Example.site("site-1", "Kita Hospital", NOW.minusSeconds(40));
    private static final Site OLD = Example.site("site-1", "Kita Hospital", NOW.minusSeconds(400));

    @Test
    void a_site_that_asks_for_work_is_in_contact_and_one_that_has_stopped_is_silent() {
        assertThat(line(FRESH).status()).isEqualTo(Status.ok("In contact"));
        assertThat(line(FRESH).hot()).isFalse();
        assertThat(line(OLD).status()).isEqualTo(Status.warn("Silent"));
        assertThat(line(OLD).hot()).isTrue();
    }

    @Test
    void a_site_that_trains_or_scores_does_not_ask_and_is_not_called_silent() {
        StudyView training = running(RoundState.TRAINING, ShareState.OFFERED);
        StudyView scoring = running(RoundState.EVALUATING, ShareState.ANSWERED);

        assertThat(line(OLD, training).status()).isEqualTo(Status.run("At work"));
        assertThat(line(OLD, training).doing()).isEqualTo("Training, round 3 of study-1");
        assertThat(line(OLD, scoring).status()).isEqualTo(Status.run("At work"));
        assertThat(line(OLD, scoring).doing()).isEqualTo("Scoring round 3 of study-1");
    }

    @Test
    void a_site_that_has_answered_asks_again_and_may_be_silent() {
        StudyView answered = running(RoundState.TRAINING, ShareState.ANSWERED);

        assertThat(line(OLD, answered).status()).isEqualTo(Status.warn("Silent"));
        assertThat(line(OLD, answered).doing()).isEqualTo("Has answered round 3 of study-1");
    }

    @Test
    void a_site_scores_the_test_of_the_selected_round_when_the_rounds_are_over() {
        StudyView testing = Example.view(
                Example.study(2).testing(new RoundNumber(1), NOW),
                Example.tested(1, 0.9, 0.8, Double.NaN),
                Example.completed(2, 0.7, 0.6));

        assertThat(line(OLD, testing).doing()).isEqualTo("Scoring the test images");
        StudyView scored = Example.view(
                Example.study(2).testing(new RoundNumber(1), NOW),
                Example.tested(1, 0.9, 0.8, 0.85),
                Example.completed(2, 0.7, 0.6));
        assertThat(line(FRESH, scored).doing()).isEqualTo("Has scored the test");
    }

    @Test
    void a_suspended_site_is_called_that_whatever_it_did_last() {
        Site suspended = new Site(
                FRESH.id(),
                FRESH.name(),
                SiteStatus.SUSPENDED,
                FRESH.tokensValidFrom(),
                FRESH.lastSeenAt(),
                FRESH.nodeVersion(),
                FRESH.createdAt());

        assertThat(line(suspended, running(RoundState.TRAINING, ShareState.OFFERED))
                        .status())
                .isEqualTo(Status.bad("Suspended"));
    }

    @Test
    void a_site_that_never_called_is_no_alarm() {
        SiteLine line = line(Example.site("site-1", "Kita Hospital", null));

        assertThat(line.status()).isEqualTo(Status.idle("Never in contact"));
        assertThat(line.contact()).isEmpty();
        assertThat(line.hot()).isFalse();
    }

    @Test
    void what_needs_a_person_stands_first_the_rest_by_id() {
        SiteLine a = line(Example.site("site-a", "A", NOW));
        SiteLine b = line(Example.site("site-b", "B", NOW));
        SiteLine c = line(Example.site("site-c", "C", NOW.minusSeconds(1000)));

        assertThat(Stream.of(b, a, c).sorted(SiteLine::order)).containsExactly(c, a, b);
    }

    private static SiteLine line(Site site, StudyView... running) {
        return SiteLine.of(site, List.of(running), NOW);
    }

    private static StudyView running(RoundState state, ShareState first) {
        return Example.view(Example.study(5), Example.open(3, state, first, ShareState.ANSWERED));
    }
}
