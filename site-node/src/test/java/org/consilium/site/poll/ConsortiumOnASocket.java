package org.consilium.site.poll;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.consilium.contract.Heartbeat;
import org.consilium.contract.Impressions;
import org.consilium.contract.Messages;
import org.consilium.contract.Parameters;
import org.consilium.contract.ParametersHeader;
import org.consilium.contract.Problem;
import org.consilium.contract.WorkOffer;
import org.consilium.site.platform.Outbound;
import org.consilium.site.platform.OutboundListing;
import org.consilium.site.platform.OutboundRequest;
import org.consilium.site.platform.Responses;
import org.eclipse.microprofile.rest.client.RestClientBuilder;

/**
 * A consortium server and Keycloak that do what a test tells them, on a real socket. Whatever is not told is the good
 * case: a token, nothing to do, thank you.
 */
final class ConsortiumOnASocket implements AutoCloseable {

    private final Deque<Reply> tokens = new ArrayDeque<>();
    private final Deque<Reply> offers = new ArrayDeque<>();
    private final Deque<Reply> uploads = new ArrayDeque<>();
    private final Deque<Reply> heartbeats = new ArrayDeque<>();
    private final Map<String, Deque<Reply>> models = new HashMap<>();
    private final Map<String, byte[]> wholeModels = new HashMap<>();
    private final List<Closeable> clients = new ArrayList<>();
    private final List<Received> received = new ArrayList<>();

    /** What the clients listed before they sent it; a test may put another ledger in its place. */
    final List<OutboundRequest> listed = Collections.synchronizedList(new ArrayList<>());

    Outbound ledger = listed::add;

    /** Answers before all that was told; null where it leaves that to what was told. */
    Function<Received, Reply> first = request -> null;

    private Runnable whenNothingIsLeft = () -> {};
    private int port;
    private HttpServer server;
    private ExecutorService threads;

    /** One request as it came. */
    record Received(String method, String path, String query, Map<String, List<String>> headers, byte[] body) {

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        String header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> header.getValue().get(0))
                    .findFirst()
                    .orElse(null);
        }
    }

    /** One answer; {@code cutAfter} bytes of the body the connection ends, -1 for never. */
    record Reply(int status, String type, byte[] body, int cutAfter, Map<String, String> headers) {

        static Reply of(int status) {
            return new Reply(status, null, new byte[0], -1, Map.of());
        }

        static Reply json(int status, String body) {
            return new Reply(status, "application/json", body.getBytes(StandardCharsets.UTF_8), -1, Map.of());
        }

        static Reply problem(String code, int status) {
            Problem problem = new Problem(code, status, null, "refused with " + code + ".", "");
            return new Reply(
                    status,
                    Problem.MEDIA_TYPE,
                    problem.toJson().toString().getBytes(StandardCharsets.UTF_8),
                    -1,
                    Map.of());
        }

        static Reply offer(WorkOffer offer) {
            return json(200, Messages.toJson(offer).toString());
        }

        static Reply bytes(byte[] body) {
            return new Reply(200, ParametersHeader.MEDIA_TYPE, body, -1, Map.of());
        }

        Reply cutAfter(int bytes) {
            return new Reply(status, type, body, bytes, headers);
        }
    }

    ConsortiumOnASocket() {
        comeBack();
    }

    /** Takes no connections any more. */
    void goDown() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** Takes connections again after {@link #goDown()}, on the same port. */
    void comeBack() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        port = server.getAddress().getPort();
        threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    ConsortiumApi api() {
        return client(ConsortiumApi.class, "/api/v1");
    }

    TokensApi tokensApi() {
        return client(TokensApi.class, "/realm");
    }

    <T> T client(Class<T> api, String path) {
        return client(api, path, builder -> {});
    }

    <T> T client(Class<T> api, String path, Consumer<RestClientBuilder> more) {
        RestClientBuilder builder = RestClientBuilder.newBuilder()
                .baseUri(URI.create("http://127.0.0.1:" + port + path))
                .property("microprofile.rest.client.disable.default.mapper", true)
                .property(OutboundListing.LEDGER, (Outbound) request -> ledger.list(request));
        more.accept(builder);
        T client = builder.build(api);
        clients.add((Closeable) client);
        return client;
    }

    ConsortiumOnASocket offers(Reply... replies) {
        offers.addAll(Arrays.asList(replies));
        return this;
    }

    ConsortiumOnASocket tokens(Reply... replies) {
        tokens.addAll(Arrays.asList(replies));
        return this;
    }

    ConsortiumOnASocket uploads(Reply... replies) {
        uploads.addAll(Arrays.asList(replies));
        return this;
    }

    ConsortiumOnASocket heartbeats(Reply... replies) {
        heartbeats.addAll(Arrays.asList(replies));
        return this;
    }

    /** The model is there; before it is sent as it is, these answers are given. */
    ConsortiumOnASocket model(Parameters model, Reply... first) {
        wholeModels.put(model.digest().hex(), model.encode());
        models.put(model.digest().hex(), new ArrayDeque<>(Arrays.asList(first)));
        return this;
    }

    /** Impressions are there; before they are sent as they are, these answers are given. */
    ConsortiumOnASocket impressions(Impressions set, Reply... first) {
        wholeModels.put(set.digest().hex(), set.encode());
        models.put(set.digest().hex(), new ArrayDeque<>(Arrays.asList(first)));
        return this;
    }

    /** What happens when a site asks for work and all that was told is used up. */
    ConsortiumOnASocket afterwards(Runnable action) {
        whenNothingIsLeft = action;
        return this;
    }

    /** Returns all requests in the order in which they came. */
    synchronized List<Received> received() {
        return List.copyOf(received);
    }

    /** Returns the requests of that method whose path ends so, in the order in which they came. */
    synchronized List<Received> received(String method, String pathEnd) {
        return received.stream()
                .filter(request ->
                        request.method().equals(method) && request.path().endsWith(pathEnd))
                .toList();
    }

    /** Returns the signs of life that came. */
    List<Heartbeat> beats() {
        return received("PUT", "/sites/self/heartbeat").stream()
                .map(request -> Messages.heartbeat(Responses.object(request.text())))
                .toList();
    }

    /** Waits until so many signs of life of that kind have come; they must not end. */
    synchronized void awaitBeats(int count, Predicate<Heartbeat> kind) throws InterruptedException {
        while (beats().stream().filter(kind).count() < count) {
            wait();
        }
    }

    /** Returns the uploads of all kinds. */
    List<Received> uploaded() {
        return Stream.of("/update", "/evaluation", "/statistics", "/verdict", "/refusal")
                .flatMap(end -> received("PUT", end).stream())
                .toList();
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Received request = new Received(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    exchange.getRequestURI().getQuery(),
                    Map.copyOf(exchange.getRequestHeaders()),
                    exchange.getRequestBody().readAllBytes());
            received.add(request);
            notifyAll();
            send(exchange, reply(request));
        }
    }

    private Reply reply(Received request) {
        Reply answered = first.apply(request);
        if (answered != null) {
            return answered;
        }
        if (request.path().endsWith("/token")) {
            Reply told = tokens.poll();
            long count = received.stream()
                    .filter(any -> any.path().endsWith("/token"))
                    .count();
            return told != null
                    ? told
                    : Reply.json(200, "{\"access_token\":\"token-" + count + "\",\"expires_in\":300}");
        }
        if (request.path().endsWith("/offers/next")) {
            Reply told = offers.poll();
            if (told == null) {
                whenNothingIsLeft.run();
                told = offers.poll();
            }
            return told != null ? told : Reply.of(204);
        }
        if (request.path().endsWith("/heartbeat")) {
            Reply told = heartbeats.poll();
            return told != null ? told : Reply.of(204);
        }
        if (request.path().contains("/models/") || request.path().contains("/impressions/")) {
            return model(request, request.path().substring(request.path().lastIndexOf('/') + 1));
        }
        Reply told = uploads.poll();
        return told != null ? told : Reply.json(201, "{}");
    }

    private Reply model(Received request, String digest) {
        byte[] whole = wholeModels.get(digest);
        if (whole == null) {
            return Reply.problem("model-unknown", 404);
        }
        Reply told = models.get(digest).poll();
        if (told != null) {
            return told;
        }
        String range = request.header("Range");
        if (range == null || !("\"" + digest + "\"").equals(request.header("If-Range"))) {
            return Reply.bytes(whole);
        }
        int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        return new Reply(
                206,
                ParametersHeader.MEDIA_TYPE,
                Arrays.copyOfRange(whole, from, whole.length),
                -1,
                Map.of("Content-Range", "bytes " + from + "-" + (whole.length - 1) + "/" + whole.length));
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        if (reply.type() != null) {
            exchange.getResponseHeaders().set("Content-Type", reply.type());
        }
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        if (reply.body().length == 0) {
            exchange.sendResponseHeaders(reply.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(reply.status(), reply.body().length);
        OutputStream out = exchange.getResponseBody();
        if (reply.cutAfter() < 0) {
            out.write(reply.body());
        } else {
            // Leaving the rest unsent makes the server close the connection.
            out.write(reply.body(), 0, reply.cutAfter());
            out.flush();
        }
    }

    @Override
    public void close() throws IOException {
        goDown();
        for (Closeable client : clients) {
            client.close();
        }
    }
}
