package org.consilium.server.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.server.round.Round;
import org.consilium.server.round.RoundState;
import org.consilium.server.round.ShareState;
import org.consilium.server.round.StudyView;
import org.consilium.server.site.SiteHealth;
import org.consilium.server.study.Study;
import org.junit.jupiter.api.Test;

class StudyPanelTest {

    private static final Instant NOW = Example.START.plusSeconds(600);
    private static final SiteHealth WELL = new SiteHealth.Online(Optional.empty(), Optional.empty());

    @Test
    void a_running_study_says_whom_it_awaits_since_when_and_those_stand_first() {
        StudyPanel panel = StudyPanel.of(
                Example.view(
                        Example.study(4),
                        Example.completed(1, 0.5, 0.6),
                        Example.open(2, RoundState.TRAINING, ShareState.ANSWERED, ShareState.OFFERED)),
                NOW);

        assertThat(panel.status()).isEqualTo(Status.run("Running"));
        assertThat(panel.sharesTitle()).isEqualTo("Who has answered round 2");
        assertThat(panel.shares()).extracting(ShareLine::name).containsExactly("Aoba Hospital", "Kita Hospital");
        assertThat(panel.shares()).extracting(ShareLine::awaited).containsExactly(true, false);
        assertThat(panel.shares().get(0).status().text()).isEqualTo("Training, awaited");
        assertThat(panel.shares().get(0).since().text()).isEqualTo("09:00:05");
        assertThat(panel.sharesNote()).contains("10:00:30 UTC");
        assertThat(panel.progressText()).isEqualTo("1 of 4 rounds done");
        assertThat(panel.progress()).isEqualTo("25.00%");
    }

    @Test
    void a_site_that_is_stalled_is_not_shown_as_training_while_the_study_goes_on_with_the_others() {
        StudyPanel panel = StudyPanel.of(
                Example.view(
                        Example.study(4),
                        Map.of(Example.ONE, WELL, Example.TWO, Example.stalled(NOW.minusSeconds(400))),
                        List.of(Example.open(1, RoundState.TRAINING, ShareState.OFFERED, ShareState.OFFERED))),
                NOW);

        assertThat(panel.shares())
                .extracting(ShareLine::status)
                .containsExactly(Status.run("Training, awaited"), Status.warn("Stalled since 09:03"));
        assertThat(panel.shares()).extracting(ShareLine::awaited).containsOnly(true);
        assertThat(panel.status()).isEqualTo(Status.run("Running"));
        assertThat(panel.rounds()).extracting(RoundLine::status).containsExactly(Status.run("Training"));
    }

    @Test
    void a_site_that_is_stalled_has_still_answered_what_it_has_answered() {
        StudyPanel panel = StudyPanel.of(
                Example.view(
                        Example.study(4),
                        Map.of(Example.ONE, Example.stalled(NOW.minusSeconds(400)), Example.TWO, WELL),
                        List.of(Example.open(1, RoundState.TRAINING, ShareState.ANSWERED, ShareState.OFFERED))),
                NOW);

        assertThat(panel.shares())
                .extracting(line -> line.status().text())
                .containsExactly("Training, awaited", "Answered");
    }

    @Test
    void a_study_that_waits_for_none_but_stalled_and_silent_sites_is_not_shown_as_running() {
        Study study = Example.study(4);
        StudyView view = Example.view(
                study,
                Map.of(
                        Example.ONE,
                        Example.stalled(NOW.minusSeconds(400)),
                        Example.TWO,
                        new SiteHealth.Offline(NOW.minusSeconds(200))),
                List.of(
                        Example.completed(1, 0.5, 0.6),
                        Example.open(2, RoundState.TRAINING, ShareState.OFFERED, ShareState.AWAITED)));

        StudyPanel panel = StudyPanel.of(view, NOW);

        assertThat(panel.status()).isEqualTo(Status.warn("Stalled"));
        assertThat(panel.since().minute())
                .as("until then one of them was there")
                .isEqualTo("09:06");
        assertThat(panel.rounds())
                .extracting(RoundLine::status)
                .containsExactly(Status.warn("Stalled since 09:06"), Status.ok("Completed"));
        assertThat(StudyLine.of(study, view.stalledSince(), NOW).status())
                .isEqualTo(Status.warn("Stalled since 09:06"));
        assertThat(StudyLine.of(study, Optional.empty(), NOW).status()).isEqualTo(Status.run("Running"));
    }

    @Test
    void a_round_that_the_server_aggregates_waits_for_no_site_and_an_ended_study_for_nothing() {
        SiteHealth stalled = Example.stalled(NOW.minusSeconds(400));
        Map<SiteId, SiteHealth> all = Map.of(Example.ONE, stalled, Example.TWO, stalled);
        List<Round> answered = List.of(Example.open(1, RoundState.TRAINING, ShareState.ANSWERED, ShareState.ANSWERED));
        List<Round> closed = List.of(Example.open(1, RoundState.FAILED, ShareState.OFFERED, ShareState.OFFERED));

        assertThat(Example.view(Example.study(2), all, answered).stalledSince()).isEmpty();
        StudyPanel failed = StudyPanel.of(Example.view(Example.study(2).stopped("Late.", NOW), all, closed), NOW);
        assertThat(failed.status()).isEqualTo(Status.warn("Stopped"));
        assertThat(failed.shares()).extracting(line -> line.status().text()).containsOnly("Did not answer");
    }

    @Test
    void its_figures_are_read_against_their_limits() {
        StudyPanel panel = StudyPanel.of(
                Example.view(
                        Example.study(4),
                        Example.completed(1, 0.5, 0.6),
                        Example.completed(2, 0.7, 0.8),
                        Example.open(3, RoundState.TRAINING, ShareState.ANSWERED, ShareState.OFFERED)),
                NOW);

        assertThat(panel.readings())
                .containsExactly(
                        new Reading("Round", "3", "of 4", "training, open since 09:01:00"),
                        new Reading("Answered", "1", "of 2", "quorum of 2 not reached"),
                        new Reading("Mean accuracy", "0.750", "", "after round 2, +0.200"),
                        new Reading("Worst site", "0.700", "", "site-1"),
                        new Reading("Overhead", "0.25", "s", "round 2, beyond the slowest site’s training"));
    }

    @Test
    void the_latest_round_stands_first_and_an_unscored_one_has_dashes() {
        StudyPanel panel = StudyPanel.of(
                Example.view(
                        Example.study(4),
                        Example.completed(1, 0.5, 0.6),
                        Example.open(2, RoundState.TRAINING, ShareState.AWAITED, ShareState.OFFERED)),
                NOW);

        assertThat(panel.rounds()).extracting(RoundLine::number).containsExactly(2, 1);
        assertThat(panel.rounds()).extracting(RoundLine::accuracy).containsExactly("–", "0.550");
        assertThat(panel.rounds()).extracting(RoundLine::worstSite).containsExactly("", "site-1");
        assertThat(panel.rounds()).extracting(RoundLine::overheadSeconds).containsExactly("–", "0.25");
    }

    @Test
    void a_long_study_shows_its_last_rounds_and_says_how_many_there_are() {
        List<Round> rounds = Example.completed(30);

        StudyPanel panel = StudyPanel.of(Example.view(Example.study(40), rounds), NOW);

        assertThat(panel.rounds()).hasSize(12);
        assertThat(panel.rounds().get(0).number()).isEqualTo(30);
        assertThat(panel.roundsNote()).contains("12 of 30");
    }

    @Test
    void a_completed_study_names_its_selected_round_and_the_test_of_it() {
        Study study = Example.study(2)
                .testing(new RoundNumber(1), NOW)
                .completed(new RoundNumber(1), Example.START.plusSeconds(300));

        StudyPanel panel = StudyPanel.of(
                Example.view(study, Example.tested(1, 0.9, 0.8, 0.85), Example.completed(2, 0.7, 0.6)), NOW);

        assertThat(panel.status()).isEqualTo(Status.ok("Completed"));
        assertThat(panel.since().text()).isEqualTo("09:05:00");
        assertThat(panel.result())
                .contains("Round 1 has the best validation accuracy")
                .contains("accuracy 0.850")
                .contains("worst site 0.850 (site-1)");
        assertThat(panel.model()).isEqualTo(Example.model(1).brief());
        assertThat(panel.rounds()).extracting(RoundLine::selected).containsExactly(false, true);
        assertThat(panel.shares()).extracting(ShareLine::awaited).containsOnly(false);
    }

    @Test
    void a_testing_study_shows_who_scores_the_selected_round() {
        Study study = Example.study(2).testing(new RoundNumber(1), NOW);

        StudyPanel panel = StudyPanel.of(
                Example.view(study, Example.tested(1, 0.9, 0.8, 0.85), Example.completed(2, 0.7, 0.6)), NOW);

        assertThat(panel.status()).isEqualTo(Status.run("Testing"));
        assertThat(panel.sharesTitle()).isEqualTo("Who has scored the test");
        assertThat(panel.shares())
                .extracting(line -> line.status().text())
                .containsExactly("Scoring the test, awaited", "Test scored");
    }

    @Test
    void a_study_that_was_stopped_says_why_and_awaits_nobody() {
        Study study = Example.study(2).stopped("site-2 refused.", NOW);

        StudyPanel panel = StudyPanel.of(
                Example.view(study, Example.open(1, RoundState.FAILED, ShareState.OFFERED, ShareState.REFUSED)), NOW);

        assertThat(panel.status()).isEqualTo(Status.warn("Stopped"));
        assertThat(panel.reason()).isEqualTo("site-2 refused.");
        assertThat(panel.shares()).extracting(ShareLine::awaited).containsOnly(false);
        assertThat(panel.shares())
                .extracting(line -> line.status().text())
                .containsExactly("Did not answer", "Refused");
        assertThat(panel.shares().get(1).reason()).isEqualTo("no-images: there are none.");
        assertThat(panel.result()).isEmpty();
    }

    @Test
    void a_study_that_a_coordinator_stopped_says_why() {
        Study study = Example.study(2).stopped("A demo was interrupted.", NOW);

        StudyPanel panel = StudyPanel.of(
                Example.view(study, Example.open(1, RoundState.FAILED, ShareState.OFFERED, ShareState.ANSWERED)), NOW);

        assertThat(panel.status().text()).isEqualTo("Stopped");
        assertThat(panel.reason()).isEqualTo("A demo was interrupted.");
        assertThat(panel.sharesNote()).isEqualTo("Nothing is awaited any more");
    }
}
