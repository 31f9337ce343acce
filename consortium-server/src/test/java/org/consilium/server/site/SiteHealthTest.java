package org.consilium.server.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.Activity;
import org.consilium.contract.Heartbeat;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.server.platform.MapConfig;
import org.consilium.server.site.SiteHealth.NeverSeen;
import org.consilium.server.site.SiteHealth.Offline;
import org.consilium.server.site.SiteHealth.Online;
import org.consilium.server.site.SiteHealth.Stalled;
import org.junit.jupiter.api.Test;

/** How a site is, at each moment of its course: a site that fetched the work of round 3 at 14:00. */
class SiteHealthTest {

    private static final HealthSettings SETTINGS = new HealthSettings(Duration.ofSeconds(120));
    private static final Instant FETCHED = Instant.parse("2026-11-25T14:00:00Z");
    private static final StudyId STUDY = new StudyId("study");
    private static final StudyId OTHER = new StudyId("other");
    private static final Lease WORK = new Lease(STUDY, new RoundNumber(3), FETCHED);

    private Site site = Site.added(new SiteId("site-1"), "Hospital", FETCHED.minusSeconds(3_600));

    @Test
    void a_site_that_was_never_in_contact_is_not_called_silent() {
        assertThat(at(600)).isEqualTo(new NeverSeen());
    }

    @Test
    void a_site_that_asks_for_work_is_online_and_silent_since_the_last_time_once_that_is_too_old() {
        polls(0);

        assertThat(at(120)).isEqualTo(new Online(Optional.empty(), Optional.empty()));
        assertThat(at(121)).isEqualTo(new Offline(FETCHED));
    }

    @Test
    void a_training_of_hours_is_no_standstill_while_the_node_says_that_it_trains() {
        polls(0);
        for (int second = 0; second <= 3 * 3_600; second += 30) {
            beats(second, Activity.TRAINING, STUDY, 3);
            assertThat(at(second + 29, WORK)).isInstanceOfSatisfying(Online.class, online -> {
                assertThat(online.leaseAge()).contains(Duration.ofSeconds(29));
                assertThat(online.heartbeat()).map(LastHeartbeat::activity).contains(Activity.TRAINING);
                assertThat(online.heartbeat()).map(LastHeartbeat::since).contains(FETCHED);
            });
        }
    }

    @Test
    void a_site_that_holds_work_and_gives_no_sign_is_stalled_since_its_last_one() {
        polls(0);
        beats(90, Activity.TRAINING, STUDY, 3);

        assertThat(at(210, WORK)).isInstanceOf(Online.class);
        assertThat(at(211, WORK))
                .isEqualTo(new Stalled(FETCHED.plusSeconds(90), Optional.empty(), Duration.ofSeconds(121)));
        assertThat(at(86_400, WORK).stalledSince()).contains(FETCHED.plusSeconds(90));
    }

    @Test
    void a_site_that_fetched_its_work_and_never_gave_a_sign_again_is_stalled_since_then() {
        polls(0);

        assertThat(at(120, WORK)).isEqualTo(new Online(Optional.empty(), Optional.of(Duration.ofSeconds(120))));
        assertThat(at(121, WORK)).isEqualTo(new Stalled(FETCHED, Optional.empty(), Duration.ofSeconds(121)));
    }

    /** A node that was started anew has forgotten what it did. */
    @Test
    void a_site_that_beats_but_does_something_else_than_its_work_is_stalled_since_it_last_named_it() {
        polls(0);
        beats(60, Activity.TRAINING, STUDY, 3);
        for (int second = 90; second <= 180; second += 30) {
            polls(second);
            beats(second, Activity.IDLE);
            assertThat(at(second, WORK)).isInstanceOf(Online.class);
        }
        beats(181, Activity.IDLE);

        assertThat(at(181, WORK)).isInstanceOfSatisfying(Stalled.class, stalled -> {
            assertThat(stalled.since()).isEqualTo(FETCHED.plusSeconds(60));
            assertThat(stalled.leaseAge()).isEqualTo(Duration.ofSeconds(121));
            assertThat(stalled.heartbeat()).map(LastHeartbeat::activity).contains(Activity.IDLE);
        });
    }

    @Test
    void a_site_that_still_does_an_earlier_round_is_stalled_with_the_one_that_it_holds() {
        polls(0);
        beats(121, Activity.TRAINING, STUDY, 2);

        assertThat(at(121, WORK).stalledSince()).contains(FETCHED);
    }

    @Test
    void a_site_that_asks_for_work_again_and_again_without_doing_it_is_stalled() {
        polls(121);

        assertThat(at(121, WORK)).isEqualTo(new Stalled(FETCHED, Optional.empty(), Duration.ofSeconds(121)));
    }

    @Test
    void a_stalled_site_that_goes_on_with_its_work_is_online_at_once() {
        polls(0);
        assertThat(at(500, WORK)).isInstanceOf(Stalled.class);
        beats(501, Activity.SENDING, STUDY, 3);

        assertThat(at(501, WORK)).isInstanceOf(Online.class);
    }

    @Test
    void a_site_that_has_answered_holds_nothing_and_is_silent_and_not_stalled() {
        polls(0);
        beats(60, Activity.TRAINING, STUDY, 3);

        assertThat(at(600)).isEqualTo(new Offline(FETCHED.plusSeconds(60)));
        assertThat(at(600).stalledSince()).isEmpty();
        assertThat(at(600).awaySince()).contains(FETCHED.plusSeconds(60));
    }

    @Test
    void a_site_does_the_work_of_several_studies_one_after_the_other() {
        polls(0);
        Lease other = new Lease(OTHER, new RoundNumber(9), FETCHED.minusSeconds(300));
        beats(600, Activity.TRAINING, STUDY, 3);

        assertThat(at(601, other, WORK)).as("it does one of them").isInstanceOf(Online.class);
        assertThat(at(721, other, WORK).stalledSince()).contains(FETCHED.plusSeconds(600));
    }

    @Test
    void a_clock_of_another_replica_that_runs_ahead_gives_no_negative_age() {
        polls(5);
        beats(5, Activity.TRAINING, STUDY, 3);

        assertThat(at(0, WORK))
                .isInstanceOfSatisfying(
                        Online.class, online -> assertThat(online.leaseAge()).contains(Duration.ZERO));
    }

    @Test
    void what_a_node_does_begins_anew_with_another_activity_or_another_round() {
        beats(0, Activity.TRAINING, STUDY, 3);
        beats(30, Activity.TRAINING, STUDY, 3);
        assertThat(last().since()).isEqualTo(FETCHED);
        beats(60, Activity.TRAINING, STUDY, 4);
        assertThat(last().since()).isEqualTo(FETCHED.plusSeconds(60));
        beats(90, Activity.TRAINING, OTHER, 4);
        assertThat(last().since()).isEqualTo(FETCHED.plusSeconds(90));
        beats(120, Activity.SENDING, OTHER, 4);
        assertThat(last().since()).isEqualTo(FETCHED.plusSeconds(120));
        beats(150, Activity.IDLE);
        assertThat(last().since()).isEqualTo(FETCHED.plusSeconds(150));
        beats(180, Activity.IDLE);
        assertThat(last().since()).isEqualTo(FETCHED.plusSeconds(150));
        assertThat(last().work()).as("it does none").isEmpty();
        assertThat(last().lease())
                .as("it did that last")
                .contains(new Lease(OTHER, new RoundNumber(4), FETCHED.plusSeconds(120)));
    }

    @Test
    void a_site_that_works_tells_all_of_itself() {
        polls(0);
        beats(30, Activity.TRAINING, STUDY, 3);
        beats(60, Activity.TRAINING, STUDY, 3);

        JsonObject json = SiteJson.of(site, at(69, WORK), Optional.empty());

        assertThat(json.keySet())
                .containsExactly(
                        "id",
                        "name",
                        "status",
                        "lastSeenAt",
                        "nodeVersion",
                        "keyFingerprint",
                        "nextKeyFingerprint",
                        "health");
        assertThat(json.getJsonObject("health"))
                .hasToString("{\"state\":\"ONLINE\",\"since\":null,\"lastSeenAt\":\"2026-11-25T14:01:00Z\","
                        + "\"nodeVersion\":\"0.1.0\",\"heartbeatAt\":\"2026-11-25T14:01:00Z\","
                        + "\"activity\":\"TRAINING\",\"activitySince\":\"2026-11-25T14:00:30Z\","
                        + "\"study\":\"study\",\"round\":3,\"freeDiskBytes\":7516192768,\"leaseAgeSeconds\":9}");
    }

    @Test
    void a_stalled_site_does_not_tell_what_it_did_as_if_it_went_on() {
        polls(0);
        beats(60, Activity.TRAINING, STUDY, 3);

        assertThat(SiteJson.of(site, at(400, WORK), Optional.empty()).getJsonObject("health"))
                .hasToString("{\"state\":\"STALLED\",\"since\":\"2026-11-25T14:01:00Z\","
                        + "\"lastSeenAt\":\"2026-11-25T14:01:00Z\",\"nodeVersion\":\"0.1.0\","
                        + "\"heartbeatAt\":\"2026-11-25T14:01:00Z\",\"activity\":null,\"activitySince\":null,"
                        + "\"study\":null,\"round\":null,\"freeDiskBytes\":7516192768,\"leaseAgeSeconds\":340}");
    }

    @Test
    void a_site_that_is_away_says_so_and_one_that_never_came_knows_nothing() {
        assertThat(SiteJson.of(site, at(0), Optional.empty()).getJsonObject("health"))
                .hasToString("{\"state\":\"NEVER_SEEN\",\"since\":null,\"lastSeenAt\":null,\"nodeVersion\":null,"
                        + "\"heartbeatAt\":null,\"activity\":null,\"activitySince\":null,\"study\":null,"
                        + "\"round\":null,\"freeDiskBytes\":null,\"leaseAgeSeconds\":null}");
        polls(0);
        JsonObject away = SiteJson.of(site, at(400), Optional.empty()).getJsonObject("health");
        assertThat(away.getString("state")).isEqualTo("OFFLINE");
        assertThat(away.getString("since")).isEqualTo("2026-11-25T14:00:00Z");
    }

    @Test
    void the_patience_is_a_setting() {
        assertThat(HealthSettings.from(new MapConfig(Map.of())).patience()).isEqualTo(Duration.ofSeconds(120));
        assertThat(HealthSettings.from(new MapConfig(Map.of("consilium.site.stalled.seconds", "15")))
                        .patience())
                .isEqualTo(Duration.ofSeconds(15));
        for (String wrong : List.of("14", "86401", "soon")) {
            assertThatThrownBy(
                            () -> HealthSettings.from(new MapConfig(Map.of("consilium.site.stalled.seconds", wrong))))
                    .hasMessageContaining("consilium.site.stalled.seconds")
                    .hasMessageContaining(wrong);
        }
    }

    private SiteHealth at(long second, Lease... held) {
        return SiteHealth.of(site, Arrays.asList(held), FETCHED.plusSeconds(second), SETTINGS);
    }

    private LastHeartbeat last() {
        return site.heartbeat().orElseThrow();
    }

    private void polls(long second) {
        site = seen(FETCHED.plusSeconds(second), site.heartbeat());
    }

    private void beats(long second, Activity activity, StudyId study, int round) {
        beats(
                second,
                new Heartbeat(
                        activity, Optional.of(study), Optional.of(new RoundNumber(round)), 7 * Heartbeat.GIB, "0.1.0"));
    }

    private void beats(long second, Activity activity) {
        beats(second, new Heartbeat(activity, Optional.empty(), Optional.empty(), 7 * Heartbeat.GIB, "0.1.0"));
    }

    private void beats(long second, Heartbeat said) {
        Instant at = FETCHED.plusSeconds(second);
        site = seen(at, Optional.of(LastHeartbeat.of(said, site.heartbeat(), at)));
    }

    private Site seen(Instant at, Optional<LastHeartbeat> heartbeat) {
        return new Site(
                site.id(),
                site.name(),
                site.status(),
                site.tokensValidFrom(),
                Optional.of(at),
                Optional.of("0.1.0"),
                site.createdAt(),
                heartbeat);
    }
}
