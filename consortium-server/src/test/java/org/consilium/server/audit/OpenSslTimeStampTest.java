package org.consilium.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bouncycastle.tsp.TimeStampResponse;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.server.audit.TimeStampAnswer.Stamped;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What OpenSSL's time-stamping authority makes is believed: once recorded, and live where OpenSSL is installed. */
@Timeout(120)
class OpenSslTimeStampTest {

    private static final Instant STAMPED = Instant.parse("2026-11-26T19:56:16Z");

    @TempDir
    Path folder;

    @Test
    void a_recorded_token_is_over_its_checkpoint_and_comes_from_its_root() throws Exception {
        TimeStampTrust trust = TimeStampTrust.fromPem(resource("root.pem"));
        String text = new String(resource("checkpoint.txt"), StandardCharsets.UTF_8);
        assertThat(trust.verify(recordedToken(), Checkpoint.fromText(text).text()))
                .isEqualTo(STAMPED);
    }

    @Test
    void a_recorded_token_is_over_no_other_checkpoint_and_comes_from_no_other_root() throws Exception {
        byte[] token = recordedToken();
        String text = new String(resource("checkpoint.txt"), StandardCharsets.UTF_8);
        assertThatThrownBy(() ->
                        TimeStampTrust.fromPem(resource("root.pem")).verify(token, text.replace("\n3\n", "\n4\n")))
                .isInstanceOf(TimeStampException.class)
                .hasMessageContaining("over another text");
        assertThatThrownBy(() -> TimeStampTrust.fromPem(
                                CertificatesForTests.root("Root").pem())
                        .verify(token, text))
                .isInstanceOf(TimeStampException.class)
                .hasMessageContaining("comes from none of the trusted ones");
    }

    @Test
    void a_live_authority_of_openssl_stamps_a_checkpoint() throws Exception {
        assumeTrue(isInstalled("openssl") && isInstalled("sh"), "openssl is not installed");
        Files.write(folder.resolve("tsa.cnf"), resource("tsa.cnf"));
        Files.write(folder.resolve("authority.sh"), resource("authority.sh"));
        run("sh", "authority.sh", "tsa.cnf");
        Checkpoint checkpoint = new Checkpoint(
                "consortium.example",
                9,
                Sha256.of(new byte[] {9}),
                Instant.now().truncatedTo(ChronoUnit.SECONDS));
        TimeStampTrust trust = TimeStampTrust.fromPem(Files.readAllBytes(folder.resolve("root.pem")));
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        try (var authority = TimeStampAuthorityForTests.replying(this::reply)) {
            TimeStampClient client = new TimeStampClient(
                    Optional.of(new TimeStampSettings(authority.address(), trust, Duration.ofSeconds(60))), () -> http);
            TimeStampAnswer answer = client.ask(checkpoint);
            assertThat(answer).isInstanceOf(Stamped.class);
            assertThat(((Stamped) answer).time()).isAfterOrEqualTo(checkpoint.time());
            // And the other way round: OpenSSL believes the token that is kept.
            Files.write(folder.resolve("token.der"), ((Stamped) answer).token());
        }
        Files.writeString(folder.resolve("checkpoint.txt"), checkpoint.text());
        run(
                "openssl",
                "ts",
                "-verify",
                "-token_in",
                "-in",
                "token.der",
                "-data",
                "checkpoint.txt",
                "-CAfile",
                "root.pem");
    }

    private synchronized byte[] reply(byte[] question) throws IOException {
        Files.write(folder.resolve("question.tsq"), question);
        run("openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "question.tsq", "-out", "answer.tsr");
        return Files.readAllBytes(folder.resolve("answer.tsr"));
    }

    private void run(String... command) throws IOException {
        Path log = folder.resolve("log.txt");
        Process process = new ProcessBuilder(List.of(command))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            boolean ended = process.waitFor(60, TimeUnit.SECONDS);
            assertThat(ended && process.exitValue() == 0)
                    .as(() -> String.join(" ", command) + "\n" + read(log))
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }

    private static byte[] recordedToken() throws Exception {
        return new TimeStampResponse(Base64.getMimeDecoder().decode(resource("response.tsr.base64")))
                .getTimeStampToken()
                .getEncoded();
    }

    private static byte[] resource(String name) throws IOException {
        try (var in = OpenSslTimeStampTest.class.getResourceAsStream("openssl/" + name)) {
            return in.readAllBytes();
        }
    }
}
