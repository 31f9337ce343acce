package org.consilium.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consilium.server.audit.CertificatesForTests.intermediate;
import static org.consilium.server.audit.CertificatesForTests.purposes;
import static org.consilium.server.audit.CertificatesForTests.root;
import static org.consilium.server.audit.CertificatesForTests.stamping;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.tsp.TimeStampRequest;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.server.audit.CertificatesForTests.Identity;
import org.consilium.server.audit.TimeStampAnswer.Stamped;
import org.consilium.server.audit.TimeStampAnswer.Unstamped;
import org.consilium.server.platform.KeysForTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A live authority on a socket stamps checkpoints, and each way in which it may fail is noticed and named. */
@Timeout(120)
class TimeStampClientTest {

    private static final Identity ROOT = root("Root");
    private static final Identity STAMPING = stamping(ROOT);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final Checkpoint checkpoint = new Checkpoint(
            "consortium.example",
            7,
            Sha256.of(new byte[] {7}),
            Instant.now().minusSeconds(5).truncatedTo(ChronoUnit.SECONDS));

    @Test
    void a_checkpoint_is_stamped_and_the_token_can_be_checked_again() throws Exception {
        AtomicReference<TimeStampRequest> question = new AtomicReference<>();
        AtomicReference<String> type = new AtomicReference<>();
        try (var authority = TimeStampAuthorityForTests.behaving(exchange -> {
            type.set(exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type"));
            question.set(new TimeStampRequest(exchange.getRequestBody().readAllBytes()));
            TimeStampAuthorityForTests.send(
                    exchange, 200, StampForTests.of(question.get(), STAMPING).granted());
        })) {
            Stamped stamped = (Stamped) ask(authority.address(), ROOT, LONG);
            assertThat(stamped.time())
                    .isEqualTo(TimeStampTrust.fromPem(ROOT.pem()).verify(stamped.token(), checkpoint.text()))
                    .isBetween(checkpoint.time(), Instant.now());
        }
        assertThat(type.get()).isEqualTo("POST application/timestamp-query");
        assertThat(question.get().getCertReq()).isTrue();
        assertThat(question.get().getNonce()).isNotNull();
        assertThat(question.get().getMessageImprintDigest())
                .isEqualTo(Sha256.of(checkpoint.text().getBytes(StandardCharsets.UTF_8))
                        .bytes());
    }

    @Test
    void each_question_has_a_nonce_of_its_own() {
        List<BigInteger> nonces = new ArrayList<>();
        try (var authority = TimeStampAuthorityForTests.replying(bytes -> {
            TimeStampRequest question = new TimeStampRequest(bytes);
            nonces.add(question.getNonce());
            return StampForTests.of(question, STAMPING).granted();
        })) {
            assertThat(ask(authority.address(), ROOT, LONG)).isInstanceOf(Stamped.class);
            assertThat(ask(authority.address(), ROOT, LONG)).isInstanceOf(Stamped.class);
        }
        assertThat(nonces).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void a_stamp_that_was_granted_with_modifications_is_taken() {
        assertStamped(question -> StampForTests.of(question, STAMPING).answered(PKIStatus.grantedWithMods), ROOT);
    }

    @Test
    void a_certificate_that_comes_from_the_root_by_an_intermediate_one_is_trusted_if_that_is_sent() {
        Identity between = intermediate("Between", ROOT);
        Identity stamping = stamping(between);
        assertStamped(
                question -> StampForTests.of(question, stamping)
                        .withSent(stamping.certificate(), between.certificate())
                        .granted(),
                ROOT);
        assertUnstamped(spoiled(stamping, stamp -> stamp), "comes from none of the trusted ones", TimeStampSettings.CA);
    }

    @Test
    void the_stamping_certificate_itself_may_be_the_trusted_one() {
        assertStamped(question -> StampForTests.of(question, STAMPING).granted(), STAMPING);
    }

    @Test
    void a_refusal_is_told_in_one_line_with_the_authority_and_its_words() {
        assertUnstamped(
                question -> StampForTests.refusal("not\nfor you"),
                "refused: status 2",
                "not for you",
                "Ask the authority's operator");
    }

    @Test
    void an_answer_to_another_question_is_not_taken() {
        assertUnstamped(spoiled(STAMPING, stamp -> stamp.withNonce(stamp.nonce().add(BigInteger.ONE))), "wrong nonce");
        assertUnstamped(spoiled(STAMPING, stamp -> stamp.withNonce(null)), "wrong nonce");
        assertUnstamped(spoiled(STAMPING, stamp -> stamp.withImprint(new byte[32])), "different message imprint");
    }

    @Test
    void an_answer_that_was_given_before_is_not_taken_again() {
        AtomicReference<byte[]> first = new AtomicReference<>();
        Answering replaying = question -> {
            first.compareAndSet(null, StampForTests.of(question, STAMPING).granted());
            return first.get();
        };
        try (var authority = authority(replaying)) {
            assertThat(ask(authority.address(), ROOT, LONG)).isInstanceOf(Stamped.class);
            assertThat(reason(ask(authority.address(), ROOT, LONG))).contains("wrong nonce");
        }
    }

    @Test
    void a_certificate_that_had_expired_stamps_nothing() {
        Identity expired = stamping(ROOT, Instant.now().minus(Duration.ofDays(1)));
        assertUnstamped(spoiled(expired, stamp -> stamp), "certificate not valid");
    }

    @Test
    void a_stamp_dated_back_to_when_the_certificate_was_valid_lies_before_the_checkpoint() {
        Instant past = Instant.now().minus(Duration.ofDays(2));
        Identity expired = stamping(ROOT, past.plus(Duration.ofDays(1)));
        assertUnstamped(
                spoiled(expired, stamp -> stamp.withTime(past)), "lies before the checkpoint's own", "clock by NTP");
    }

    @Test
    void a_certificate_for_anything_else_than_time_stamps_stamps_nothing() {
        for (Identity other : List.of(
                purposes(ROOT, true, KeyPurposeId.id_kp_serverAuth),
                purposes(ROOT, true, KeyPurposeId.id_kp_timeStamping, KeyPurposeId.id_kp_serverAuth),
                purposes(ROOT, false, KeyPurposeId.id_kp_timeStamping),
                purposes(ROOT, true))) {
            assertUnstamped(spoiled(other, stamp -> stamp), "ExtendedKeyUsage");
        }
    }

    @Test
    void a_certificate_from_another_root_is_not_trusted_even_if_it_has_the_same_name() {
        Identity namesake = root("Root");
        Identity other = stamping(namesake);
        assertUnstamped(
                spoiled(other, stamp -> stamp.withSent(other.certificate(), namesake.certificate())),
                "comes from none of the trusted ones",
                TimeStampSettings.CA);
    }

    @Test
    void a_token_without_its_certificate_is_not_taken() {
        assertUnstamped(
                spoiled(STAMPING, StampForTests::withSent), "does not have the certificate that it is signed by");
    }

    @Test
    void a_token_signed_with_a_weak_digest_is_not_taken() {
        assertUnstamped(spoiled(STAMPING, stamp -> stamp.withSignature("SHA1withECDSA")), "weak or unknown");
    }

    @Test
    void a_token_signed_by_another_key_than_its_certificates_is_not_taken() {
        Identity forged = new Identity(STAMPING.certificate(), stamping(ROOT).keys());
        assertUnstamped(spoiled(forged, stamp -> stamp), "signature", "does not hold");
    }

    @Test
    void garbage_is_not_taken() {
        assertUnstamped(
                question -> "<html>Log in</html>".getBytes(StandardCharsets.UTF_8), "does not fit the question");
        assertUnstamped(question -> new byte[0], "does not fit the question");
        assertUnstamped(question -> new byte[] {0x30, 0x03, 0x02, 0x01, 0x00}, "does not fit the question");
    }

    /** Whatever is sent, the answer is a token that holds or a reason; nothing else ever comes out. */
    @Test
    void whichever_byte_of_an_answer_is_changed_what_is_taken_still_holds() throws Exception {
        int length;
        AtomicReference<Integer> place = new AtomicReference<>(0);
        int[] taken = new int[1];
        TimeStampTrust trust = TimeStampTrust.fromPem(ROOT.pem());
        try (var authority = authority(question -> {
            byte[] answer = StampForTests.of(question, STAMPING).granted();
            if (place.get() < answer.length) {
                answer[place.get()] ^= (byte) (1 << place.get() % 8);
            }
            return answer;
        })) {
            length = ((Stamped) ask(authority.address(), ROOT, LONG, 1_000_000, place)).token().length;
            for (int i = 0; i < length; i++) {
                if (ask(authority.address(), ROOT, LONG, i, place) instanceof Stamped stamped) {
                    taken[0]++;
                    assertThat(trust.verify(stamped.token(), checkpoint.text())).isEqualTo(stamped.time());
                }
            }
        }
        assertThat(taken[0])
                .as("only what nobody signs may differ: versions, the status' own form, parameters of algorithms")
                .isLessThan(length / 20);
    }

    @Test
    void an_authority_that_does_not_answer_is_given_up() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (var authority = TimeStampAuthorityForTests.behaving(exchange -> await(end))) {
            assertThat(reason(ask(authority.address(), ROOT, SHORT)))
                    .contains(authority.address().toString(), "did not answer within", TimeStampSettings.TIMEOUT);
        } finally {
            end.countDown();
        }
    }

    @Test
    void an_authority_that_begins_an_answer_and_never_ends_it_is_given_up() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (var authority = TimeStampAuthorityForTests.behaving(exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write(0x30);
            exchange.getResponseBody().flush();
            await(end);
        })) {
            assertThat(reason(ask(authority.address(), ROOT, SHORT))).contains("did not answer within");
        } finally {
            end.countDown();
        }
    }

    @Test
    void an_answer_without_end_is_not_read_to_its_end() {
        try (var authority = TimeStampAuthorityForTests.behaving(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] much = new byte[8192];
            // Until the client hangs up, which ends this by an exception.
            while (true) {
                exchange.getResponseBody().write(much);
            }
        })) {
            assertThat(reason(ask(authority.address(), ROOT, LONG))).contains("more than 262144 bytes");
        }
    }

    @Test
    void a_status_other_than_200_is_named_and_a_redirection_is_not_followed() {
        for (int status : new int[] {500, 503, 404, 302, 204}) {
            try (var authority = TimeStampAuthorityForTests.behaving(exchange -> {
                exchange.getResponseHeaders().set("Location", "/elsewhere");
                exchange.sendResponseHeaders(status, -1);
            })) {
                assertThat(reason(ask(authority.address(), ROOT, LONG)))
                        .contains("HTTP status " + status, TimeStampSettings.URL);
            }
        }
    }

    @Test
    void an_authority_that_is_not_there_is_named() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        assertThat(reason(ask(URI.create("http://localhost:" + closed + "/tsr"), ROOT, LONG)))
                .contains("http://localhost:" + closed + "/tsr", "cannot be reached", TimeStampSettings.URL);
    }

    @Test
    void an_authority_whose_https_is_not_trusted_is_told_with_what_to_do() throws IOException {
        try (var authority = TimeStampAuthorityForTests.secured(KeysForTests.context(), question -> new byte[0])) {
            assertThat(reason(ask(authority.address(), ROOT, LONG)))
                    .contains("https://localhost", "cannot be reached", "consilium.tls.truststore");
        }
    }

    @Test
    void without_an_authority_nothing_is_asked_and_the_answer_says_how_to_name_one() {
        TimeStampClient client = new TimeStampClient(Optional.empty(), () -> {
            throw new AssertionError("nobody is to be asked");
        });
        assertThat(client.isOn()).isFalse();
        assertThat(reason(client.ask(checkpoint))).contains(TimeStampSettings.URL);
    }

    @Test
    void a_trust_store_that_cannot_be_used_is_told() {
        TimeStampClient client = client(URI.create("http://localhost/tsr"), ROOT, LONG, () -> {
            throw new IOException("trust store gone.p12 cannot be used");
        });
        assertThat(reason(client.ask(checkpoint))).contains("gone.p12");
    }

    @Test
    void an_interrupted_thread_stays_interrupted() {
        CountDownLatch end = new CountDownLatch(1);
        try (var authority = TimeStampAuthorityForTests.behaving(exchange -> await(end))) {
            Thread.currentThread().interrupt();
            assertThat(reason(ask(authority.address(), ROOT, LONG))).contains("interrupted");
            assertThat(Thread.interrupted()).isTrue();
        } finally {
            end.countDown();
        }
    }

    /** Answers a question. */
    @FunctionalInterface
    private interface Answering {
        byte[] answer(TimeStampRequest question);
    }

    private static Answering spoiled(Identity by, UnaryOperator<StampForTests> how) {
        return question -> how.apply(StampForTests.of(question, by)).granted();
    }

    private static TimeStampAuthorityForTests authority(Answering answering) {
        return TimeStampAuthorityForTests.replying(bytes -> answering.answer(new TimeStampRequest(bytes)));
    }

    private void assertStamped(Answering answering, Identity trusted) {
        try (var authority = authority(answering)) {
            assertThat(ask(authority.address(), trusted, LONG)).isInstanceOf(Stamped.class);
        }
    }

    private void assertUnstamped(Answering answering, String... words) {
        try (var authority = authority(answering)) {
            assertThat(reason(ask(authority.address(), ROOT, LONG)))
                    .contains(words)
                    .contains(authority.address().toString())
                    .doesNotContain("\n")
                    .endsWith(".");
        }
    }

    private TimeStampAnswer ask(
            URI address, Identity trusted, Duration patience, int at, AtomicReference<Integer> place) {
        place.set(at);
        return ask(address, trusted, patience);
    }

    private TimeStampAnswer ask(URI address, Identity trusted, Duration patience) {
        return client(address, trusted, patience, () -> HTTP).ask(checkpoint);
    }

    private static TimeStampClient client(URI address, Identity trusted, Duration patience, TimeStampClient.Door door) {
        return new TimeStampClient(
                Optional.of(new TimeStampSettings(address, TimeStampTrust.fromPem(trusted.pem()), patience)), door);
    }

    private static String reason(TimeStampAnswer answer) {
        return ((Unstamped) answer).reason();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
