package org.consilium.server.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponse;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.Checkpoint;
import org.consilium.server.audit.TimeStampAnswer.Stamped;
import org.consilium.server.audit.TimeStampAnswer.Unstamped;
import org.consilium.server.platform.Outside;
import org.eclipse.microprofile.config.Config;

/**
 * Asks a time-stamping authority (RFC 3161, over HTTP as its section 3.4 has it) to confirm that a checkpoint was there. It
 * asks once and waits for no longer than its settings say; whoever has a checkpoint without a token asks again when its
 * next turn comes. No lock and no transaction is to be held meanwhile. Thread-safe.
 */
@ApplicationScoped
class TimeStampClient {

    /** Tokens have some kilobytes, with all certificates. */
    private static final int MOST_BYTES = 256 * 1024;

    private static final int NONCE_BITS = 64;

    private final Optional<TimeStampSettings> settings;
    private final Door door;
    private final SecureRandom random = new SecureRandom();

    /** The way out to the authority. */
    @FunctionalInterface
    interface Door {
        HttpClient client() throws IOException;
    }

    @Inject
    TimeStampClient(Config config, Outside outside) {
        this(TimeStampSettings.from(config), outside::client);
    }

    TimeStampClient(Optional<TimeStampSettings> settings, Door door) {
        this.settings = settings;
        this.door = door;
    }

    /** For the container's proxy. */
    TimeStampClient() {
        this(Optional.empty(), null);
    }

    /** Has the settings read at the start, so that a bad one is refused then and not at the first checkpoint. */
    void start(@Observes @Initialized(ApplicationScoped.class) Object started) {
        isOn();
    }

    /** Returns whether an authority is configured. */
    boolean isOn() {
        return settings.isPresent();
    }

    /** Asks for a token over the checkpoint's text. */
    TimeStampAnswer ask(Checkpoint checkpoint) {
        return settings.map(how -> ask(checkpoint, how))
                .orElseGet(() -> new Unstamped("No time-stamping authority is configured. Name one in "
                        + TimeStampSettings.URL + " to have checkpoints stamped."));
    }

    private TimeStampAnswer ask(Checkpoint checkpoint, TimeStampSettings how) {
        try {
            byte[] token = token(question(checkpoint), how);
            return new Stamped(token, time(token, checkpoint, how));
        } catch (TimeStampException e) {
            return new Unstamped("No time stamp from " + how.authority() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Unstamped("No time stamp from " + how.authority() + ": interrupted, the server stops.");
        }
    }

    private TimeStampRequest question(Checkpoint checkpoint) {
        TimeStampRequestGenerator generator = new TimeStampRequestGenerator();
        generator.setCertReq(true);
        return generator.generate(
                TSPAlgorithms.SHA256,
                Sha256.of(checkpoint.text().getBytes(StandardCharsets.UTF_8)).bytes(),
                new BigInteger(NONCE_BITS, random));
    }

    private byte[] token(TimeStampRequest question, TimeStampSettings how)
            throws TimeStampException, InterruptedException {
        HttpResponse<byte[]> answer = post(question, how);
        if (answer.statusCode() != 200) {
            throw new TimeStampException(
                    "It answered HTTP status " + answer.statusCode(),
                    "See whether " + TimeStampSettings.URL + " is right, or ask the authority's operator");
        }
        try {
            TimeStampResponse response = new TimeStampResponse(answer.body());
            if (response.getTimeStampToken() == null) {
                throw refused(response);
            }
            response.validate(question);
            return response.getTimeStampToken().getEncoded();
        } catch (TSPException | IOException | RuntimeException e) {
            // Malformed ASN.1 is refused by whichever exception comes first.
            throw new TimeStampException(
                    "Its answer of type '"
                            + answer.headers().firstValue("Content-Type").orElse("") + "' does not fit the question: "
                            + e.getMessage(),
                    "See whether " + TimeStampSettings.URL + " is the address for RFC 3161, or ask the operator",
                    e);
        }
    }

    private static TimeStampException refused(TimeStampResponse response) {
        var why = response.getFailInfo();
        return new TimeStampException(
                "It refused: status " + response.getStatus()
                        + (why == null ? "" : ", failure bits 0x" + Integer.toHexString(why.intValue()))
                        + (response.getStatusString() == null ? "" : ", '" + response.getStatusString() + "'"),
                "Ask the authority's operator whether this server may use it, or use another authority");
    }

    private static Instant time(byte[] token, Checkpoint checkpoint, TimeStampSettings how) throws TimeStampException {
        Instant time = how.trust().verify(token, checkpoint.text());
        if (time.isBefore(checkpoint.time())) {
            throw new TimeStampException(
                    "Its time " + time + " lies before the checkpoint's own, " + checkpoint.time(),
                    "A difference of seconds mends itself when it is asked again; otherwise set this machine's clock"
                            + " by NTP, or use another authority");
        }
        return time;
    }

    private HttpResponse<byte[]> post(TimeStampRequest question, TimeStampSettings how)
            throws TimeStampException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer = null;
        try {
            answer = door.client()
                    .sendAsync(
                            HttpRequest.newBuilder(how.authority())
                                    .header("Content-Type", "application/timestamp-query")
                                    .header("Accept", "application/timestamp-reply")
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(question.getEncoded()))
                                    .build(),
                            response -> new TimeStampBody(MOST_BYTES));
            // Not the request's own limit, which ends with the answer's head: a body may never end.
            return answer.get(how.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new TimeStampException(
                    "It did not answer within " + how.patience().toSeconds() + " s",
                    "See whether it works, or raise " + TimeStampSettings.TIMEOUT,
                    e);
        } catch (ExecutionException e) {
            throw unreachable(e.getCause());
        } catch (IOException e) {
            throw unreachable(e);
        } finally {
            if (answer != null) {
                // Ends the exchange if it still goes on.
                answer.cancel(true);
            }
        }
    }

    private static TimeStampException unreachable(Throwable cause) {
        return new TimeStampException(
                "It cannot be reached: " + cause,
                cause instanceof SSLException
                        ? "Put the root of its server's certificate into consilium.tls.truststore, or use its http"
                                + " address: tokens are signed"
                        : "See whether " + TimeStampSettings.URL + " is right and this machine may connect to it",
                cause);
    }
}
