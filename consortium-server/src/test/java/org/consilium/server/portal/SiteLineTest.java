package org.consilium.server.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.consilium.contract.Activity;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.StudyId;
import org.consilium.server.round.RoundState;
import org.consilium.server.round.ShareState;
import org.consilium.server.round.StudyView;
import org.consilium.server.site.Site;
import org.consilium.server.site.SiteHealth;
import org.consilium.server.site.SiteStatus;
import org.junit.jupiter.api.Test;

class SiteLineTest {

    private static final Instant NOW = Example.START.plusSeconds(600);
    private static final Instant SEEN = NOW.minusSeconds(40);
    private static final Instant LONG_AGO = NOW.minusSeconds(400);
    private static final Site FRESH = Example.site("site-1", "Kita Hospital", SEEN);
    private static final Site OLD = Example.site("site-1", "Kita Hospital", LONG_AGO);
    private static final SiteHealth WELL = new SiteHealth.Online(Optional.empty(), Optional.empty());
    private static final SiteHealth SILENT = new SiteHealth.Offline(LONG_AGO);
    private static final SiteHealth STALLED = Example.stalled(LONG_AGO);

    @Test
    void a_site_that_asks_for_work_is_in_contact_and_one_that_has_stopped_is_silent() {
        assertThat(line(FRESH, WELL).status()).isEqualTo(Status.ok("In contact"));
        assertThat(line(FRESH, WELL).hot()).isFalse();
        assertThat(line(OLD, SILENT).status()).isEqualTo(Status.warn("Silent since 09:03"));
        assertThat(line(OLD, SILENT).hot()).isTrue();
    }

    @Test
    void a_site_that_trains_or_scores_and_gives_signs_of_life_is_at_work() {
        StudyView training = running(WELL, RoundState.TRAINING, ShareState.OFFERED);
        StudyView scoring = running(WELL, RoundState.EVALUATING, ShareState.ANSWERED);

        assertThat(line(FRESH, WELL, training).status()).isEqualTo(Status.run("At work"));
        assertThat(line(FRESH, WELL, training).doing()).isEqualTo("Training, round 3 of study-1");
        assertThat(line(FRESH, WELL, scoring).status()).isEqualTo(Status.run("At work"));
        assertThat(line(FRESH, WELL, scoring).doing()).isEqualTo("Scoring round 3 of study-1");
    }

    @Test
    void a_site_that_holds_work_and_is_stalled_is_called_that_and_nothing_of_it_reads_as_if_it_went_on() {
        StudyView training = running(STALLED, RoundState.TRAINING, ShareState.OFFERED);
        StudyView scoring = running(STALLED, RoundState.EVALUATING, ShareState.ANSWERED);
        StudyView testing = Example.view(
                Example.study(2).testing(new RoundNumber(1), NOW),
                Map.of(Example.ONE, STALLED, Example.TWO, WELL),
                List.of(Example.tested(1, 0.9, 0.8, Double.NaN), Example.completed(2, 0.7, 0.6)));

        assertThat(List.of(line(OLD, STALLED, training), line(OLD, STALLED, scoring), line(OLD, STALLED, testing)))
                .allSatisfy(line -> assertThat(line.status()).isEqualTo(Status.warn("Stalled since 09:03")))
                .allSatisfy(line -> assertThat(line.hot()).isTrue())
                .extracting(SiteLine::doing)
                .containsExactly(
                        "Owes its update, round 3 of study-1",
                        "Owes its scores, round 3 of study-1",
                        "Owes its scores of the test images");
    }

    @Test
    void a_site_says_what_it_does_how_old_its_lease_is_and_how_much_room_it_has() {
        SiteHealth fetching = Example.online(SEEN, Activity.FETCHING);
        SiteHealth sending = Example.online(SEEN, Activity.SENDING);
        SiteLine line = line(
                Example.beaten(FRESH, SEEN, Activity.FETCHING),
                fetching,
                running(fetching, RoundState.TRAINING, ShareState.OFFERED));

        assertThat(line.status()).isEqualTo(Status.run("At work"));
        assertThat(line.doing()).isEqualTo("Fetching the model, round 3 of study-1");
        assertThat(line.lease()).containsExactly(new Moment(NOW.minusSeconds(9), NOW));
        assertThat(line.disk()).isEqualTo("13 GiB free");
        assertThat(line(FRESH, sending, running(sending, RoundState.TRAINING, ShareState.OFFERED))
                        .doing())
                .isEqualTo("Sending its update, round 3 of study-1");
        assertThat(line(FRESH, WELL).lease()).isEmpty();
        assertThat(line(FRESH, WELL).disk()).isEmpty();
    }

    @Test
    void a_site_without_its_database_or_whose_work_fails_needs_a_person_and_one_that_imports_does_not() {
        SiteLine waiting = line(FRESH, Example.online(SEEN, Activity.WAITING_FOR_DATABASE));
        SiteLine failing = line(FRESH, Example.online(SEEN, Activity.FAILING));
        SiteLine importing = line(FRESH, Example.online(SEEN, Activity.IMPORTING));

        assertThat(waiting.status()).isEqualTo(Status.warn("Waits for its database"));
        assertThat(failing.status()).isEqualTo(Status.warn("Fails, tries again"));
        assertThat(importing.status()).isEqualTo(Status.ok("In contact"));
        assertThat(importing.doing()).isEqualTo("Importing images");
        assertThat(importing.hot()).isFalse();
    }

    @Test
    void of_two_studies_the_one_that_the_node_names_is_what_it_does() {
        SiteHealth training = Example.online(SEEN, Activity.TRAINING);
        StudyView named = running(training, RoundState.TRAINING, ShareState.OFFERED);
        StudyView other = Example.view(
                Example.study(new StudyId("another"), 5),
                named.health(),
                List.of(Example.open(4, RoundState.EVALUATING, ShareState.ANSWERED, ShareState.ANSWERED)));

        assertThat(line(FRESH, training, other, named).doing()).isEqualTo("Training, round 3 of study-1");
    }

    @Test
    void a_site_that_has_answered_asks_again_and_may_be_silent() {
        StudyView answered = running(SILENT, RoundState.TRAINING, ShareState.ANSWERED);

        assertThat(line(OLD, SILENT, answered).status()).isEqualTo(Status.warn("Silent since 09:03"));
        assertThat(line(OLD, SILENT, answered).doing()).isEqualTo("Has answered round 3 of study-1");
    }

    @Test
    void a_site_scores_the_test_of_the_selected_round_when_the_rounds_are_over() {
        StudyView testing = Example.view(
                Example.study(2).testing(new RoundNumber(1), NOW),
                Example.tested(1, 0.9, 0.8, Double.NaN),
                Example.completed(2, 0.7, 0.6));

        assertThat(line(FRESH, WELL, testing).doing()).isEqualTo("Scoring the test images");
        StudyView scored = Example.view(
                Example.study(2).testing(new RoundNumber(1), NOW),
                Example.tested(1, 0.9, 0.8, 0.85),
                Example.completed(2, 0.7, 0.6));
        assertThat(line(FRESH, WELL, scored).doing()).isEqualTo("Has scored the test");
    }

    @Test
    void a_suspended_or_revoked_site_is_called_that_whatever_it_did_last() {
        Site suspended = with(SiteStatus.SUSPENDED);

        assertThat(line(suspended, STALLED, running(STALLED, RoundState.TRAINING, ShareState.OFFERED))
                        .status())
                .isEqualTo(Status.bad("Suspended"));
        assertThat(line(with(SiteStatus.REVOKED), STALLED, running(STALLED, RoundState.TRAINING, ShareState.OFFERED))
                        .status())
                .isEqualTo(Status.idle("Revoked"));
    }

    private static Site with(SiteStatus status) {
        return new Site(
                FRESH.id(),
                FRESH.name(),
                status,
                FRESH.tokensValidFrom(),
                FRESH.lastSeenAt(),
                FRESH.nodeVersion(),
                FRESH.createdAt(),
                FRESH.heartbeat());
    }

    @Test
    void a_site_that_never_called_is_no_alarm() {
        SiteLine line = line(Example.site("site-1", "Kita Hospital", null), new SiteHealth.NeverSeen());

        assertThat(line.status()).isEqualTo(Status.idle("Never in contact"));
        assertThat(line.contact()).isEmpty();
        assertThat(line.hot()).isFalse();
    }

    @Test
    void what_needs_a_person_stands_first_the_rest_by_id() {
        SiteLine a = line(Example.site("site-a", "A", NOW), WELL);
        SiteLine b = line(Example.site("site-b", "B", NOW), WELL);
        SiteLine c = line(Example.site("site-c", "C", LONG_AGO), SILENT);

        assertThat(Stream.of(b, a, c).sorted(SiteLine::order)).containsExactly(c, a, b);
    }

    private static SiteLine line(Site site, SiteHealth health, StudyView... running) {
        return SiteLine.of(site, health, List.of(running), NOW);
    }

    private static StudyView running(SiteHealth one, RoundState state, ShareState first) {
        return Example.view(
                Example.study(5),
                Map.of(Example.ONE, one, Example.TWO, WELL),
                List.of(Example.open(3, state, first, ShareState.ANSWERED)));
    }
}
