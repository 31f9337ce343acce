package org.consilium.site.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.consilium.site.policy.Examples.NOON;
import static org.consilium.site.policy.Examples.PROTOCOL;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.contract.WorkOffer;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.site.audit.RecordedAudit;
import org.consilium.site.audit.SiteEvent;
import org.consilium.site.images.ImageLibrary;
import org.consilium.site.images.ImageStore;
import org.consilium.site.images.SiteDatabase;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.SiteSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The hospital's policy in its own PostgreSQL. */
class PoliciesIT {

    private static final Sha256 OTHER = new Sha256("ee".repeat(32));

    private static final Sha256 ANOTHER = new Sha256("ef".repeat(32));

    private static final RecordedAudit AUDIT = new RecordedAudit();

    private static SiteDatabase database;

    private final AtomicInteger fetched = new AtomicInteger();

    @BeforeAll
    static void start() throws IOException {
        database = new SiteDatabase();
    }

    @AfterAll
    static void stop() throws IOException {
        database.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        database.empty();
    }

    @Test
    void without_a_policy_the_work_is_refused_before_its_protocol_is_asked_for_and_the_refusal_is_kept() {
        Verdict verdict = judge(NOON, Examples.train(PROTOCOL, 1));
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo("policy-protocol"));
        assertThat(fetched).hasValue(0);
        assertThat(at(NOON).refusals(10)).singleElement().satisfies(kept -> {
            assertThat(kept.study()).isEqualTo("cells-1");
            assertThat(kept.round()).isEqualTo(1);
            assertThat(kept.work()).isEqualTo("train");
            assertThat(kept.code()).isEqualTo("policy-protocol");
            assertThat(kept.at()).isEqualTo(NOON);
        });
        assertThat(at(NOON).policy().by()).isEmpty();
    }

    @Test
    void what_the_steward_allows_is_permitted_from_the_next_offer_on_and_stays_after_a_restart() {
        allow();
        assertThat(at(NOON).policy()).satisfies(written -> {
            assertThat(written.policy().protocols()).containsExactly(PROTOCOL.digest());
            assertThat(written.by()).contains("dr. who");
            assertThat(written.at()).contains(NOON);
        });
        assertThat(judge(NOON, Examples.train(PROTOCOL, 1))).isEqualTo(new Verdict.Permitted(3, true));
        at(NOON).write(policy -> policy.with(PROTOCOL.digest(), false), "dr. who");
        assertThat(judge(NOON, Examples.train(PROTOCOL, 1))).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void what_is_written_and_what_is_refused_is_recorded_once_each() {
        AUDIT.events.clear();
        allow();
        allow();
        judge(NOON, Examples.train(PROTOCOL, 1));
        at(NOON).write(policy -> policy.with(PROTOCOL.digest(), false), "dr. who");
        judge(NOON, Examples.train(PROTOCOL, 1));
        judge(NOON, Examples.train(PROTOCOL, 1));
        judge(NOON, Examples.train(PROTOCOL, 2));

        assertThat(AUDIT.events)
                .extracting(event -> event.facts().code())
                .containsExactly("policy.changed", "policy.changed", "policy.refused", "policy.refused");
        SiteEvent.PolicyChanged allowed = (SiteEvent.PolicyChanged) AUDIT.events.get(0);
        assertThat(AUDIT.events.get(1)).isEqualTo(new SiteEvent.PolicyChanged(allowed.after(), allowed.before()));
        assertThat(AUDIT.events.get(2))
                .isInstanceOfSatisfying(
                        SiteEvent.PolicyRefused.class,
                        refused -> assertThat(refused.code()).isEqualTo("policy-protocol"));
    }

    @Test
    void a_refusal_that_no_longer_holds_is_not_shown_any_more() {
        judge(NOON, Examples.train(PROTOCOL, 1));
        allow();
        judge(NOON, Examples.train(PROTOCOL, 1));
        assertThat(at(NOON).refusals(10)).isEmpty();
    }

    @Test
    void rounds_of_the_day_are_counted_once_each_and_anew_at_midnight() {
        allow();
        limitedToRoundsADay(2);
        for (int round : new int[] {1, 1, 2, 2, 1}) {
            assertThat(judge(NOON, Examples.train(PROTOCOL, round))).isEqualTo(new Verdict.Permitted(1, true));
        }
        assertThat(judge(NOON, Examples.train(PROTOCOL, 3)))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo("policy-rounds"));
        assertThat(judge(Instant.parse("2026-03-02T00:00:00Z"), Examples.train(PROTOCOL, 3)))
                .isEqualTo(new Verdict.Permitted(1, true));
    }

    /** Two nodes on one database, and each counted before the other had kept what it was permitted. */
    @Test
    void nodes_that_ask_at_once_train_no_more_rounds_a_day_than_the_policy_allows() throws Exception {
        allow();
        limitedToRoundsADay(2);
        int nodes = 5;
        ExecutorService pollers = Executors.newFixedThreadPool(nodes);
        try {
            for (int day = 1; day <= 5; day++) {
                Instant now = NOON.plus(Duration.ofDays(day));
                CyclicBarrier asked = new CyclicBarrier(nodes);
                List<Callable<Verdict>> offers = new ArrayList<>();
                for (int round = 1; round <= nodes; round++) {
                    WorkOffer.Train offer = Examples.train(PROTOCOL, round);
                    offers.add(() -> at(now, () -> together(asked)).judge(offer, digest -> PROTOCOL));
                }
                List<String> verdicts = new ArrayList<>();
                for (Future<Verdict> verdict : pollers.invokeAll(offers, 60, TimeUnit.SECONDS)) {
                    verdicts.add(verdict.get() instanceof Verdict.Refused refused ? refused.code() : "permitted");
                }
                assertThat(verdicts)
                        .as("day %d", day)
                        .containsExactlyInAnyOrder(
                                "permitted", "permitted", "policy-rounds", "policy-rounds", "policy-rounds");
            }
        } finally {
            pollers.shutdownNow();
        }
    }

    private static void together(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_round_of_the_day_stays_counted_whatever_is_offered_after_it() {
        allow();
        limitedToRoundsADay(1);
        WorkOffer.Train first = Examples.train(PROTOCOL, 1);
        assertThat(judge(NOON, first)).isEqualTo(new Verdict.Permitted(1, true));

        assertThat(code(Examples.evaluate(PROTOCOL, Split.TRAIN))).isEqualTo("policy-metrics");
        assertThat(code(Examples.train(Examples.protocol(false, 1, 0, 9), 1))).isEqualTo("policy-protocol");
        assertThat(code(Examples.with(first, first.model(), first.plan().withSeed(99))))
                .isEqualTo("offer-differs");

        assertThat(code(Examples.train(PROTOCOL, 2))).isEqualTo("policy-rounds");
        assertThat(judge(NOON, first)).as("the same again").isEqualTo(new Verdict.Permitted(1, true));
    }

    @Test
    void each_piece_of_work_is_done_on_one_model_however_many_are_offered() {
        allow();
        WorkOffer.Train second = Examples.train(PROTOCOL, 2);
        WorkOffer.Evaluate scored = Examples.evaluate(PROTOCOL, Split.VAL);
        for (WorkOffer.Task offer : List.of(second, scored)) {
            assertThat(judge(NOON, offer)).isEqualTo(new Verdict.Permitted(3, true));
        }
        Instant tomorrow = NOON.plus(Duration.ofDays(1));
        assertThat(judge(tomorrow, Examples.with(second, OTHER, second.plan())))
                .isInstanceOfSatisfying(Verdict.Refused.class, refused -> {
                    assertThat(refused.code()).isEqualTo("offer-differs");
                    assertThat(refused.reason()).contains("round 2").contains("amend");
                });
        assertThat(code(Examples.evaluate(PROTOCOL, 1, Split.VAL, OTHER))).isEqualTo("offer-differs");
        assertThat(code(Examples.evaluate(PROTOCOL, 2, Split.VAL, OTHER))).isEqualTo("permitted");
        for (WorkOffer.Task offer : List.of(second, scored)) {
            assertThat(judge(tomorrow, offer)).as("the same again").isEqualTo(new Verdict.Permitted(3, true));
        }
    }

    /** A set that a server made for it tells by its distances where a training image lies: one answer, not many. */
    @Test
    void one_set_of_impressions_is_judged_in_a_round_and_features_of_one_model_described() {
        StudyProtocol protocol = Examples.by("fedimpression-plus", Map.of("impressions", "yes"), true);
        at(NOON).write(policy -> Examples.open().with(protocol.digest(), true), "dr. who");
        WorkOffer.Task judged = Examples.judge(protocol, 2, OTHER, OTHER);
        WorkOffer.Task described = Examples.describe(protocol, 2, OTHER);
        WorkOffer.Task trained = Examples.with(Examples.train(protocol, 2), OTHER);
        for (WorkOffer.Task offer : List.of(judged, described, trained, judged, described, trained)) {
            assertThat(code(protocol, offer)).isEqualTo("permitted");
        }
        assertThat(code(protocol, Examples.judge(protocol, 2, OTHER, ANOTHER))).isEqualTo("offer-differs");
        assertThat(code(protocol, Examples.judge(protocol, 2, ANOTHER, OTHER))).isEqualTo("offer-differs");
        assertThat(code(protocol, Examples.describe(protocol, 2, ANOTHER))).isEqualTo("offer-differs");
        assertThat(code(protocol, Examples.with(Examples.train(protocol, 2), ANOTHER)))
                .isEqualTo("offer-differs");
        assertThat(code(protocol, Examples.train(protocol, 2))).isEqualTo("offer-differs");
        assertThat(code(protocol, Examples.judge(protocol, 3, ANOTHER, ANOTHER)))
                .isEqualTo("permitted");
    }

    @Test
    void what_is_not_said_of_features_is_recorded_and_kept_as_what_it_is() {
        StudyProtocol protocol = Examples.by("fedimpression-plus", Map.of(), true);
        SitePolicy open = Examples.open();
        at(NOON).write(
                        policy -> new SitePolicy(
                                Set.of(protocol.digest()),
                                open.studies(),
                                open.architectures(),
                                open.minimumExamples(),
                                open.maximumRoundsADay(),
                                open.hours(),
                                open.impressions(),
                                new StatisticsPolicy(false, 5, 0),
                                open.metrics(),
                                open.minimumMetricExamples()),
                        "dr. who");
        AUDIT.events.clear();

        assertThat(code(protocol, Examples.describe(protocol, 2, OTHER))).isEqualTo("statistics-not-accepted");

        assertThat(AUDIT.events)
                .singleElement()
                .satisfies(event -> assertThat(event.facts().details())
                        .containsEntry("work", "describe")
                        .containsEntry("code", "statistics-not-accepted"));
        assertThat(at(NOON).refusals(10))
                .singleElement()
                .satisfies(kept -> assertThat(kept.work()).isEqualTo("describe"));
        assertThat(code(protocol, Examples.train(protocol, 2)))
                .as("the site takes part all the same")
                .isEqualTo("permitted");
    }

    private String code(StudyProtocol protocol, WorkOffer.Task offer) {
        Verdict verdict = at(NOON).judge(offer, digest -> protocol);
        return verdict instanceof Verdict.Refused refused ? refused.code() : "permitted";
    }

    @Test
    void a_study_tests_one_model_of_one_round() {
        allow();
        assertThat(code(Examples.evaluate(PROTOCOL, 3, Split.TEST, OTHER))).isEqualTo("permitted");
        assertThat(code(Examples.evaluate(PROTOCOL, 4, Split.TEST, OTHER))).isEqualTo("offer-differs");
        assertThat(code(Examples.evaluate(PROTOCOL, 3, Split.TEST, OTHER))).isEqualTo("permitted");
    }

    @Test
    void a_protocol_that_is_not_the_one_of_the_digest_is_believed_nothing() {
        allow();
        assertThatThrownBy(
                        () -> at(NOON).judge(Examples.train(PROTOCOL, 1), digest -> Examples.protocol(false, 1, 0, 2)))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(PROTOCOL.digest().hex());
    }

    @Test
    void a_protocol_is_fetched_once_and_another_version_anew() {
        allow();
        StudyProtocol second = Examples.protocol(false, 1, 0, 2);
        Policies policies = at(NOON);
        policies.write(policy -> policy.with(second.digest(), true), "dr. who");
        for (StudyProtocol protocol : List.of(PROTOCOL, PROTOCOL, second, second, PROTOCOL)) {
            assertThat(policies.judge(Examples.train(protocol, 1), digest -> {
                        fetched.incrementAndGet();
                        return protocol;
                    }))
                    .isEqualTo(new Verdict.Permitted(3, true));
        }
        assertThat(fetched).hasValue(3);
    }

    @Test
    void of_two_stewards_who_write_at_once_neither_undoes_what_the_other_wrote() throws Exception {
        List<Sha256> digests = IntStream.range(0, 40)
                .mapToObj(i -> Sha256.of(new byte[] {(byte) i}))
                .toList();
        ExecutorService stewards = Executors.newFixedThreadPool(4);
        try {
            List<Callable<PolicyStore.Written>> writes = new ArrayList<>();
            for (Sha256 digest : digests) {
                writes.add(() -> at(NOON).write(policy -> policy.with(digest, true), "dr. who"));
            }
            for (Future<PolicyStore.Written> written : stewards.invokeAll(writes, 60, TimeUnit.SECONDS)) {
                written.get();
            }
        } finally {
            stewards.shutdownNow();
        }
        assertThat(at(NOON).policy().policy().protocols()).containsExactlyInAnyOrderElementsOf(digests);
    }

    @Test
    void policies_of_before_stay_in_the_table() throws SQLException {
        allow();
        at(NOON).write(policy -> policy.with(PROTOCOL.digest(), false), "dr. who");
        assertThat(database.column("SELECT written_by FROM imaging.policy")).containsExactly("dr. who", "dr. who");
        at(NOON).write(policy -> policy, "dr. who");
        assertThat(database.column("SELECT id FROM imaging.policy"))
                .as("nothing has changed")
                .hasSize(2);
    }

    private void allow() {
        at(NOON).write(policy -> policy.with(PROTOCOL.digest(), true), "dr. who");
    }

    private void limitedToRoundsADay(int most) {
        at(NOON).write(
                        policy -> new SitePolicy(
                                policy.protocols(),
                                Optional.empty(),
                                Optional.empty(),
                                1,
                                OptionalInt.of(most),
                                Optional.empty(),
                                false,
                                policy.statistics(),
                                policy.metrics(),
                                1),
                        "dr. who");
    }

    private String code(WorkOffer.Task offer) {
        return judge(NOON, offer) instanceof Verdict.Refused refused ? refused.code() : "permitted";
    }

    private Verdict judge(Instant now, WorkOffer.Task offer) {
        return at(now).judge(offer, digest -> {
            fetched.incrementAndGet();
            return PROTOCOL;
        });
    }

    private static Policies at(Instant now) {
        return at(now, () -> {});
    }

    /** @param counting what happens before the images and the rounds of the day are counted */
    private static Policies at(Instant now, Runnable counting) {
        SiteSettings settings = new SiteSettings(
                Examples.SITE,
                URI.create("https://consortium.test"),
                URI.create("https://keycloak.test/realms/consilium"),
                Path.of("/keys"),
                URI.create("https://site-1.test"));
        return new Policies(
                new PolicyStore(database.source(), AUDIT),
                database.database,
                new ImageLibrary(new ImageStore(database.source(), null, AUDIT), database.database) {
                    @Override
                    public long[] counts(String dataset, Split split) {
                        long[] counts = super.counts(dataset, split);
                        counting.run();
                        return counts;
                    }
                },
                settings,
                Clock.fixed(now, ZoneOffset.UTC));
    }
}
