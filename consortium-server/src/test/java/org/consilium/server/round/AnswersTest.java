package org.consilium.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consilium.server.round.Samples.NETWORK;
import static org.consilium.server.round.Samples.ONE;
import static org.consilium.server.round.Samples.THREE;
import static org.consilium.server.round.Samples.TWO;
import static org.consilium.server.round.Samples.emptyHistograms;
import static org.consilium.server.round.Samples.metrics;
import static org.consilium.server.round.Samples.parameters;
import static org.consilium.server.round.Samples.protocol;
import static org.consilium.server.round.Samples.scores;
import static org.consilium.server.round.StudyCourseTest.assertRefused;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.InvalidParametersException;
import org.consilium.contract.InvalidParametersException.Reason;
import org.consilium.contract.Parameters;
import org.consilium.contract.ParametersHeader;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.contract.StudyId;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.study.MemoryStudyStore;
import org.consilium.server.study.SignedStudies;
import org.consilium.server.study.Study;
import org.consilium.server.study.StudyState;
import org.junit.jupiter.api.Test;

/** What is taken from sites and what is refused: nothing that is refused leaves a trace. */
class AnswersTest {

    private final Consortium consortium = new Consortium();

    @Test
    void a_repeated_update_changes_nothing_and_other_bytes_are_refused() throws IOException {
        consortium.start(protocol(1, 2, ONE, TWO));
        assertThat(consortium.send(ONE, 1, 10, parameters(1, 0, 0))).isTrue();
        Round first = consortium.round(1);
        int kept = consortium.kept.kept();

        assertThat(consortium.send(ONE, 1, 10, parameters(1, 0, 0))).isFalse();
        assertRefused(() -> consortium.send(ONE, 1, 10, parameters(2, 0, 0)), 409, "update-differs");
        assertThat(consortium.round(1)).isEqualTo(first);
        assertThat(consortium.kept.kept()).isEqualTo(kept);
    }

    @Test
    void a_repeated_update_is_known_even_when_its_round_is_over() throws IOException {
        consortium.start(protocol(1, 1, ONE));
        consortium.send(ONE, 1, 10, parameters(1, 0, 0));
        consortium.settle();
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.EVALUATING);
        assertThat(consortium.send(ONE, 1, 10, parameters(1, 0, 0))).isFalse();
        assertRefused(() -> consortium.send(ONE, 1, 10, parameters(2, 0, 0)), 409, "update-differs");
    }

    @Test
    void the_same_bytes_of_another_site_are_an_update_of_its_own() throws IOException {
        consortium.start(protocol(1, 2, ONE, TWO));
        assertThat(consortium.send(ONE, 1, 10, parameters(1, 0, 0))).isTrue();
        assertThat(consortium.send(TWO, 1, 10, parameters(1, 0, 0))).isTrue();
        assertThat(consortium.round(1).answers()).hasSize(2);
    }

    @Test
    void a_round_that_is_not_open_takes_no_update() {
        consortium.start(protocol(2, 1, ONE));
        assertRefused(() -> consortium.send(ONE, 2, 10, parameters(1, 0, 0)), 409, "round-not-open");
        assertRefused(() -> consortium.send(ONE, 3, 10, parameters(1, 0, 0)), 404, "round-unknown");
        assertNothingKept();
    }

    @Test
    void a_site_that_takes_no_part_and_a_study_that_does_not_exist_are_refused_by_name() {
        consortium.start(protocol(1, 1, ONE));
        assertRefused(() -> consortium.send(THREE, 1, 10, parameters(1, 0, 0)), 403, "not-a-participant");
        assertRefused(
                () -> consortium.rounds.refuse(
                        new StudyId("other"), new RoundNumber(1), ONE, Optional.empty(), "busy", "Later."),
                404,
                "study-unknown");
        assertNothingKept();
    }

    @Test
    void parameters_that_are_not_finite_are_refused_naming_the_first() {
        consortium.start(protocol(1, 1, ONE));
        assertInvalid(
                () -> consortium.send(ONE, 1, 10, body(1, Float.NaN, Float.NaN)),
                Reason.NOT_FINITE,
                "parameter 1 is NaN");
        assertInvalid(
                () -> consortium.send(ONE, 1, 10, body(1, 1, Float.NEGATIVE_INFINITY)),
                Reason.NOT_FINITE,
                "parameter 2 is -Infinity");
    }

    @Test
    void an_update_of_the_wrong_length_is_refused() {
        consortium.start(protocol(1, 1, ONE));
        assertInvalid(
                () -> consortium.send(ONE, 1, 10, parameters(1, 2)),
                Reason.WRONG_LENGTH,
                "2 parameters, toy.1x1x1.2 has 3");
    }

    @Test
    void an_update_of_another_network_is_refused() {
        consortium.start(protocol(1, 1, ONE));
        assertInvalid(
                () -> consortium.send(
                        ONE, 1, 10, Parameters.of(new ArchitectureId("other.1x1x1.2"), new float[] {1, 2, 3})),
                Reason.WRONG_ARCHITECTURE,
                "the study trains toy.1x1x1.2");
    }

    @Test
    void an_update_with_the_wrong_digest_is_refused() {
        consortium.start(protocol(1, 1, ONE));
        byte[] damaged = parameters(1, 2, 3).encode();
        damaged[damaged.length - 1] ^= 1;
        assertInvalid(() -> consortium.send(ONE, 1, 10, damaged), Reason.WRONG_DIGEST, "damaged on the way");
    }

    @Test
    void a_truncated_or_overlong_update_is_refused() {
        consortium.start(protocol(1, 1, ONE));
        byte[] whole = parameters(1, 2, 3).encode();
        assertInvalid(
                () -> consortium.send(ONE, 1, 10, Arrays.copyOf(whole, whole.length - 1)),
                Reason.WRONG_SIZE,
                "the header promises 140 bytes, 139");
        assertInvalid(
                () -> consortium.send(ONE, 1, 10, Arrays.copyOf(whole, whole.length + 1)), Reason.WRONG_SIZE, "141");
        assertInvalid(() -> consortium.send(ONE, 1, 10, Arrays.copyOf(whole, 100)), Reason.WRONG_SIZE, "header");
    }

    @Test
    void an_update_over_the_limit_is_refused_before_it_is_read() {
        consortium.start(protocol(1, 1, ONE));
        byte[] header = new ParametersHeader(NETWORK, 3_000_000, Sha256.of(new byte[0])).encode();
        assertRefused(() -> consortium.send(ONE, 1, 10, header), 413, "body-too-large");
        assertNothingKept();
    }

    @Test
    void repeated_scores_change_nothing_and_other_ones_are_refused() throws IOException {
        evaluating(false);
        assertThat(consortium.score(ONE, 1, Split.VAL, scores(6, 4))).isTrue();
        Round first = consortium.round(1);
        assertThat(consortium.score(ONE, 1, Split.VAL, scores(6, 4))).isFalse();
        assertRefused(() -> consortium.score(ONE, 1, Split.VAL, scores(7, 3)), 409, "evaluation-differs");
        assertThat(consortium.round(1)).isEqualTo(first);
    }

    @Test
    void scores_are_taken_only_of_what_is_asked_for() throws IOException {
        consortium.start(protocol(2, 2, ONE, TWO));
        assertRefused(() -> consortium.score(ONE, 1, Split.VAL, scores(6, 4)), 409, "round-not-open");
        assertRefused(() -> consortium.score(ONE, 1, Split.TEST, scores(6, 4)), 409, "round-closed");
        consortium.send(ONE, 1, 10, parameters(1, 0, 0));
        consortium.send(TWO, 1, 10, parameters(1, 0, 0));
        consortium.settle();
        assertRefused(() -> consortium.score(ONE, 1, Split.TEST, scores(6, 4)), 409, "round-closed");
        assertRefused(() -> consortium.score(THREE, 1, Split.VAL, scores(6, 4)), 403, "not-a-participant");
        consortium.score(ONE, 1, Split.VAL, scores(6, 4));
        consortium.clock.advance(Samples.PATIENCE);
        consortium.clerk.tick();
        assertRefused(() -> consortium.score(TWO, 1, Split.VAL, scores(6, 4)), 409, "round-closed");
    }

    @Test
    void scores_over_other_classes_than_the_network_has_are_refused() throws IOException {
        evaluating(false);
        assertRefused(
                () -> consortium.score(
                        ONE, 1, Split.VAL, new ClassificationScores(1, new long[3][3], emptyHistograms(3))),
                422,
                "evaluation-invalid");
    }

    @Test
    void scores_that_do_not_add_to_those_of_the_other_sites_are_refused_and_do_not_stop_the_study() throws IOException {
        evaluating(false);
        long[][] huge = {{Long.MAX_VALUE, 0}, {0, 0}};
        consortium.score(ONE, 1, Split.VAL, new ClassificationScores(1, huge, emptyHistograms(2)));
        consortium.settle();
        assertRefused(() -> consortium.score(TWO, 1, Split.VAL, scores(6, 4)), 422, "evaluation-invalid");
        consortium.refuse(TWO, 1, "evaluation-invalid", "The server does not take the scores.");
        consortium.settle();
        assertThat(consortium.study().state()).isEqualTo(StudyState.COMPLETED);
    }

    @Test
    void scores_over_other_classes_than_another_site_sent_are_refused_where_the_network_names_none()
            throws IOException {
        ArchitectureId unnumbered = new ArchitectureId("custom");
        Round round = Round.open(
                        Samples.study(protocol(1, 1, ONE, TWO)),
                        new RoundNumber(1),
                        Samples.INITIAL.digest(),
                        Samples.START)
                .with(ONE, share -> share.answered(update(1), 1, Samples.START))
                .with(TWO, share -> share.answered(update(2), 1, Samples.START))
                .claimed(new Claim("c", Samples.START), Samples.START)
                .aggregated(update(3).digest(), 1, Samples.START, Samples.START);
        Study study = Samples.study(withArchitecture(unnumbered));
        Round scored = Answers.scores(round, study, ONE, Split.VAL, scores(1, 1), 1, Samples.START)
                .next();
        assertRefused(
                () -> Answers.scores(
                        scored,
                        study,
                        TWO,
                        Split.VAL,
                        new ClassificationScores(1, new long[3][3], emptyHistograms(3)),
                        1,
                        Samples.START),
                422,
                "evaluation-invalid");
    }

    @Test
    void a_refusal_is_taken_only_of_what_is_asked_for() throws IOException {
        evaluating(false);
        consortium.score(ONE, 1, Split.VAL, scores(6, 4));
        assertRefused(() -> consortium.refuse(ONE, 1, "busy", "Later."), 409, "round-closed");
        assertRefused(() -> consortium.refuse(THREE, 1, "busy", "Later."), 403, "not-a-participant");
    }

    @Test
    void a_long_reason_is_cut_and_one_with_control_characters_cleaned() {
        consortium.start(protocol(1, 1, ONE, TWO));
        consortium.refuse(ONE, 1, "failed", "a\u0000b\nc" + "x".repeat(1_000));
        assertThat(consortium.share(1, ONE).reason())
                .get()
                .asString()
                .startsWith("failed: a b cxxx")
                .hasSize(500);
    }

    /** A test score may wait for the lock while the deadline of the test passes and the study ends without it. */
    @Test
    void an_answer_that_waited_for_the_lock_is_judged_by_what_is_true_then() throws IOException {
        Waiting waiting = new Waiting();
        Consortium busy = new Consortium(studies -> waiting.store(studies));
        busy.start(protocol(1, 1, true, ONE));
        busy.send(ONE, 1, 10, parameters(1, 0, 0));
        busy.settle();
        busy.score(ONE, 1, Split.VAL, scores(6, 4));
        busy.settle();
        assertThat(busy.study().isTesting()).isTrue();

        waiting.meanwhile = () -> busy.studyStore.save(
                busy.study().completed(new RoundNumber(1), busy.clock.instant()), busy.clock.instant());
        assertRefused(() -> busy.score(ONE, 1, Split.TEST, scores(9, 1)), 409, "round-closed");
        assertThat(busy.share(1, ONE).test()).isEmpty();
    }

    /** Lets something happen while the next lock is waited for. */
    private static final class Waiting {
        private Runnable meanwhile;

        MemoryRoundStore store(MemoryStudyStore studies) {
            return new MemoryRoundStore(studies) {
                @Override
                public Optional<Round> lock(StudyId study, RoundNumber number) {
                    Runnable now = meanwhile;
                    meanwhile = null;
                    if (now != null) {
                        now.run();
                    }
                    return super.lock(study, number);
                }
            };
        }
    }

    private void evaluating(boolean test) throws IOException {
        consortium.start(protocol(1, 2, test, ONE, TWO));
        consortium.send(ONE, 1, 10, parameters(1, 0, 0));
        consortium.send(TWO, 1, 10, parameters(1, 0, 0));
        consortium.settle();
        assertThat(consortium.round(1).state()).isEqualTo(RoundState.EVALUATING);
    }

    private void assertInvalid(ThrowingCallable call, Reason reason, String words) {
        org.assertj.core.api.Assertions.assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        InvalidParametersException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(words);
        assertNothingKept();
    }

    private void assertNothingKept() {
        assertThat(consortium.kept.kept()).as("only the initial model is kept").isEqualTo(1);
        assertThat(consortium.round(1).answers()).isEmpty();
    }

    private static byte[] body(float... values) {
        byte[] payload = Parameters.payload(values);
        byte[] header = new ParametersHeader(NETWORK, values.length, Sha256.of(payload)).encode();
        byte[] body = Arrays.copyOf(header, header.length + payload.length);
        System.arraycopy(payload, 0, body, header.length, payload.length);
        return body;
    }

    private static Update update(float value) {
        return new Update(parameters(value, 0, 0).digest(), metrics(10));
    }

    private static StudyProtocol withArchitecture(ArchitectureId architecture) {
        StudyProtocol usual = protocol(1, 1, ONE, TWO);
        return SignedStudies.protocol(
                usual.study(),
                usual.title(),
                usual.data().dataset(),
                architecture,
                usual.initialModel(),
                usual.plan(),
                usual.participants(),
                usual.schedule());
    }
}
