package org.consilium.site.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.core.Form;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.WriterInterceptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.consilium.contract.Problem;
import org.consilium.contract.Sha256;
import org.consilium.site.platform.KeysApi;
import org.consilium.site.platform.OutboundListing;
import org.consilium.site.platform.OutboundRequest;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.SelfApi;
import org.consilium.site.poll.ConsortiumOnASocket.Received;
import org.consilium.site.poll.ConsortiumOnASocket.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the node's clients list of their requests, beside what arrives on a real socket. */
@Timeout(60)
class OutboundListingTest {

    private static final ProblemException AWAY = new ProblemException(
            new Problem("not-listed", 503, null, "The request was not sent.", "Start the database."));

    @TempDir
    Path folder;

    private final ConsortiumOnASocket server = new ConsortiumOnASocket();

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void every_request_of_every_client_is_listed_with_the_size_and_digest_of_the_bytes_that_arrive() {
        everyRequest().forEach(request -> request.get().close());

        List<Received> arrived = server.received();
        assertThat(arrived).hasSize(9);
        assertThat(server.listed).hasSize(9);
        for (int i = 0; i < 9; i++) {
            OutboundRequest listed = server.listed.get(i);
            Received request = arrived.get(i);
            assertThat(listed.method()).isEqualTo(request.method());
            assertThat(listed.to().getPath()).isEqualTo(request.path());
            assertThat(listed.bytes()).as(request.path()).isEqualTo(request.body().length);
            assertThat(listed.sha256()).as(request.path()).isEqualTo(Sha256.of(request.body()));
            assertThat(listed.protocol()).isEmpty();
        }
    }

    @Test
    void a_body_arrives_as_it_was_given_however_large_it_is() {
        byte[] update = new byte[3_000_001];
        new Random(7).nextBytes(update);

        server.api()
                .update("Bearer t", null, "{}", null, null, "study", 1, update)
                .close();

        assertThat(server.received("PUT", "/update").get(0).body()).isEqualTo(update);
        assertThat(server.listed.get(0).bytes()).isEqualTo(update.length);
    }

    @Test
    void a_request_is_listed_before_anything_of_it_arrives() {
        List<Integer> arrivedByThen = new ArrayList<>();
        server.ledger = request -> arrivedByThen.add(server.received().size());

        everyRequest().forEach(request -> request.get().close());

        assertThat(arrivedByThen).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void what_cannot_be_listed_is_not_sent() {
        server.ledger = request -> {
            throw AWAY;
        };

        for (Supplier<Response> request : everyRequest()) {
            assertThatThrownBy(() -> OutboundListing.sent(request)).isSameAs(AWAY);
        }
        assertThat(server.received()).isEmpty();
    }

    @Test
    void the_poller_reads_why_nothing_was_sent_and_sends_it_once_it_can_be_listed() {
        TestNode node = new TestNode(server, folder.resolve("keys"));
        server.ledger = request -> {
            throw AWAY;
        };
        node.whilePausing.add(() -> server.ledger = server.listed::add);

        node.run();

        assertThat(node.duringPauses)
                .singleElement()
                .satisfies(
                        then -> assertThat(then.detail()).isEqualTo("The request was not sent. Start the database."));
        assertThat(server.received()).hasSize(2).hasSameSizeAs(server.listed);
    }

    @Test
    void a_server_out_of_reach_is_still_told_from_a_ledger_that_cannot_be_written() {
        ConsortiumApi api = server.api();
        server.goDown();

        assertThatThrownBy(() -> OutboundListing.sent(() -> api.enrol("{}"))).isInstanceOf(ProcessingException.class);
        assertThat(server.listed).as("it was about to leave").hasSize(1);
    }

    @Test
    void the_protocol_that_the_request_names_is_listed() {
        Sha256 protocol = Sha256.of(new byte[] {1});
        String training = "{\"examples\":9}";
        server.api()
                .update("Bearer t", protocol.hex(), training, null, null, "s", 1, new byte[] {1})
                .close();

        assertThat(server.listed).extracting(OutboundRequest::metrics).containsExactly(Optional.of(training));
        assertThat(server.listed).extracting(OutboundRequest::protocol).containsOnly(Optional.of(protocol));
    }

    @Test
    void a_protocol_that_is_no_digest_is_not_sent() {
        ConsortiumApi api = server.api();

        assertThatThrownBy(() -> api.evaluation("Bearer t", "draft", "s", 1, "val", "{}"))
                .hasStackTraceContaining("'draft'");
        assertThat(server.received()).isEmpty();
    }

    @Test
    void what_another_interceptor_makes_of_a_body_is_what_is_listed() {
        WriterInterceptor packing = body -> {
            GZIPOutputStream packed = new GZIPOutputStream(body.getOutputStream());
            body.setOutputStream(packed);
            body.proceed();
            packed.finish();
        };
        ConsortiumApi api = server.client(ConsortiumApi.class, "/api/v1", builder -> builder.register(packing));

        api.evaluation("Bearer t", null, "s", 1, "val", "{\"scores\":1}").close();

        byte[] arrived = server.received("PUT", "/evaluation").get(0).body();
        assertThat(arrived).startsWith(0x1f, 0x8b);
        assertThat(server.listed.get(0).sha256()).isEqualTo(Sha256.of(arrived));
    }

    @Test
    void a_redirection_is_not_followed_since_it_would_not_be_listed() {
        server.uploads(new Reply(307, null, new byte[0], -1, Map.of("Location", "/elsewhere")));

        server.api().refusal("Bearer t", null, "study", 1, "{}").close();

        assertThat(server.received()).hasSize(1);
    }

    private List<Supplier<Response>> everyRequest() {
        ConsortiumApi api = server.api();
        return List.of(
                () -> api.enrol("{\"code\":\"\u00fc\"}"),
                () -> api.next("Bearer t", "0.1.0", 0),
                () -> api.model("Bearer t", null, null, "0".repeat(64)),
                () -> api.update("Bearer t", null, "{}", null, null, "study", 1, new byte[] {0, -1, 13, 10}),
                () -> api.evaluation("Bearer t", null, "study", 1, "val", "{\"loss\":\"\u20ac\"}"),
                () -> api.refusal("Bearer t", null, "study", 1, "{}"),
                () -> server.tokensApi().token(new Form("client_assertion", "a b&c").param("scope", "\u00e9")),
                () -> server.client(KeysApi.class, "/realm").keys(),
                () -> server.client(SelfApi.class, "/api/v1").alive());
    }
}
