package org.consilium.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consilium.server.round.Samples.ONE;
import static org.consilium.server.round.Samples.START;
import static org.consilium.server.round.Samples.STUDY;
import static org.consilium.server.round.Samples.TWO;
import static org.consilium.server.round.Samples.parameters;
import static org.consilium.server.round.Samples.protocol;
import static org.consilium.server.round.Samples.scores;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.consilium.contract.Activity;
import org.consilium.contract.Heartbeat;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.contract.StudyId;
import org.consilium.server.site.SiteHealth;
import org.junit.jupiter.api.Test;

/** Nothing of a study reads as if it went on where a site does not say so, from the first fetch to the test. */
class StalledSitesTest {

    private final Consortium consortium = new Consortium();

    @Test
    void a_site_holds_work_from_the_moment_at_which_it_has_fetched_it() {
        consortium.start(protocol(1, 1, ONE, TWO));
        rests(ONE);
        rests(TWO);
        assertThat(consortium.offers.held()).isEmpty();
        consortium.poll(ONE);
        assertThat(consortium.offers.held()).containsOnlyKeys(ONE);

        consortium.clock.advance(Duration.ofSeconds(121));

        assertThat(stalled(1, ONE)).isEqualTo(START.toString());
        assertThat(stalled(1, TWO)).as("it has fetched nothing").isNull();
        assertThat(health(ONE)).isInstanceOf(SiteHealth.Stalled.class);
        assertThat(health(TWO)).isInstanceOf(SiteHealth.Offline.class);
    }

    @Test
    void a_training_goes_on_as_long_as_the_site_says_so_and_a_study_with_one_such_site_is_not_stalled() {
        consortium.start(protocol(1, 1, ONE, TWO));
        fetches(ONE);
        fetches(TWO);
        for (int i = 0; i < 20; i++) {
            consortium.clock.advance(Duration.ofSeconds(30));
            works(ONE, Activity.TRAINING, 1);
        }
        assertThat(stalled(1, ONE)).isNull();
        assertThat(stalled(1, TWO)).isEqualTo(START.toString());
        assertThat(stalled()).isNull();

        Instant last = consortium.clock.instant();
        consortium.clock.advance(Duration.ofSeconds(121));

        assertThat(stalled(1, ONE)).isEqualTo(last.toString());
        assertThat(stalled()).as("until then one of them was at work").isEqualTo(last.toString());
        assertThat(json().getString("state")).isEqualTo("RUNNING");
    }

    @Test
    void a_node_that_was_started_anew_and_rests_is_stalled_since_it_last_said_that_it_works() {
        consortium.start(protocol(1, 1, ONE, TWO));
        fetches(ONE);
        consortium.clock.advance(Duration.ofSeconds(30));
        works(ONE, Activity.TRAINING, 1);
        consortium.clock.advance(Duration.ofSeconds(100));
        rests(ONE);
        assertThat(stalled(1, ONE)).isNull();
        consortium.clock.advance(Duration.ofSeconds(30));
        rests(ONE);

        assertThat(stalled(1, ONE)).isEqualTo(START.plusSeconds(30).toString());
    }

    @Test
    void an_answer_ends_the_hold_and_scores_are_owed_from_the_moment_at_which_the_model_is_there() throws IOException {
        consortium.start(protocol(1, 2, ONE, TWO));
        fetches(ONE);
        fetches(TWO);
        consortium.send(ONE, 1, 10, parameters(1, 0, 0));
        consortium.clock.advance(Duration.ofSeconds(500));
        assertThat(stalled(1, ONE)).as("it has answered and is silent").isNull();
        assertThat(health(ONE)).isEqualTo(new SiteHealth.Offline(START));
        rests(ONE);
        rests(TWO);
        consortium.send(TWO, 1, 10, parameters(1, 0, 0));
        consortium.settle();
        Instant modelled = consortium.clock.instant();

        consortium.clock.advance(Duration.ofSeconds(90));
        rests(ONE);
        works(TWO, Activity.EVALUATING, 1);
        consortium.clock.advance(Duration.ofSeconds(31));
        rests(ONE);

        assertThat(stalled(1, ONE)).isEqualTo(modelled.toString());
        assertThat(stalled(1, TWO)).isNull();
        consortium.score(ONE, 1, Split.VAL, scores(6, 4));
        assertThat(stalled(1, ONE)).isNull();
    }

    @Test
    void test_scores_are_owed_from_the_beginning_of_the_test() throws IOException {
        consortium.start(protocol(1, 1, true, ONE));
        consortium.send(ONE, 1, 10, parameters(1, 0, 0));
        consortium.settle();
        consortium.clock.advance(Duration.ofSeconds(300));
        consortium.score(ONE, 1, Split.VAL, scores(6, 4));
        consortium.settle();
        assertThat(consortium.study().isTesting()).isTrue();
        Instant testing = consortium.clock.instant();
        rests(ONE);
        assertThat(stalled(1, ONE)).isNull();

        consortium.clock.advance(Duration.ofSeconds(121));
        rests(ONE);

        assertThat(stalled(1, ONE)).isEqualTo(testing.toString());
        assertThat(stalled()).isEqualTo(testing.toString());
        consortium.score(ONE, 1, Split.TEST, scores(9, 1));
        consortium.settle();
        assertThat(stalled()).as("it is completed").isNull();
        assertThat(stalled(1, ONE)).isNull();
    }

    @Test
    void a_site_that_works_for_one_study_is_not_stalled_in_another() {
        StudyId other = new StudyId("other");
        consortium.start(protocol(1, 1, ONE));
        fetches(ONE);
        consortium.clock.advance(Duration.ofSeconds(10));
        consortium.start(protocol(other, 1, 1, true, ONE));
        for (int i = 0; i < 10; i++) {
            consortium.clock.advance(Duration.ofSeconds(30));
            works(ONE, Activity.TRAINING, 1);
        }
        assertThat(StudyJson.whole(consortium.studies.view(other)).isNull("stalledSince"))
                .isTrue();
        assertThat(stalled()).isNull();
    }

    @Test
    void a_study_that_is_started_while_its_sites_are_away_stands_still_from_its_start() {
        rests(ONE);
        consortium.clock.advance(Duration.ofSeconds(1_000));
        Instant start = consortium.clock.instant();
        consortium.start(protocol(1, 1, ONE, TWO));
        consortium.clock.advance(Duration.ofSeconds(5));

        assertThat(health(TWO)).isEqualTo(new SiteHealth.NeverSeen());
        assertThat(stalled()).isEqualTo(start.toString());
        rests(ONE);
        assertThat(stalled()).isNull();
    }

    private void fetches(SiteId site) {
        consortium.sites.seen(site, Optional.of("0.1.0"));
        assertThat(consortium.poll(site)).isPresent();
    }

    private void works(SiteId site, Activity activity, int round) {
        consortium.heartbeats.take(
                site,
                new Heartbeat(
                        activity, Optional.of(STUDY), Optional.of(new RoundNumber(round)), Heartbeat.GIB, "0.1.0"));
    }

    private void rests(SiteId site) {
        consortium.heartbeats.take(
                site, new Heartbeat(Activity.IDLE, Optional.empty(), Optional.empty(), Heartbeat.GIB, "0.1.0"));
    }

    private SiteHealth health(SiteId site) {
        return consortium.heartbeats.health().get(site);
    }

    private JsonObject json() {
        return StudyJson.whole(consortium.studies.view(STUDY));
    }

    private String stalled() {
        return json().getString("stalledSince", null);
    }

    private String stalled(int round, SiteId site) {
        return json()
                .getJsonArray("rounds")
                .getJsonObject(round - 1)
                .getJsonArray("sites")
                .getValuesAs(JsonObject.class)
                .stream()
                .filter(share -> share.getString("site").equals(site.value()))
                .findFirst()
                .orElseThrow()
                .getString("stalledSince", null);
    }
}
