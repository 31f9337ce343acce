package org.consilium.server.audit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.bouncycastle.tsp.TimeStampRequest;

/** A time-stamping authority on a socket of this machine. */
final class TimeStampAuthorityForTests implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Answers one question with bytes. */
    @FunctionalInterface
    interface Reply {
        byte[] to(byte[] question) throws IOException;
    }

    /** Answers one question as it likes. */
    @FunctionalInterface
    interface Conduct {
        void answer(HttpExchange exchange) throws IOException;
    }

    private TimeStampAuthorityForTests(HttpServer server, Conduct conduct) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/tsr", exchange -> {
            try (exchange) {
                conduct.answer(exchange);
            }
        });
        server.start();
    }

    /** Opens one that sends what a reply says. */
    static TimeStampAuthorityForTests replying(Reply reply) {
        return behaving(exchange ->
                send(exchange, 200, reply.to(exchange.getRequestBody().readAllBytes())));
    }

    /** Opens one that does what it likes. */
    static TimeStampAuthorityForTests behaving(Conduct conduct) {
        try {
            return new TimeStampAuthorityForTests(HttpServer.create(here(), 0), conduct);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens one that stamps all that it is asked to, over https, and writes its root's certificate to a file. */
    static TimeStampAuthorityForTests granting(SSLContext tls, Path rootFile) {
        var root = CertificatesForTests.root("Root");
        var stamping = CertificatesForTests.stamping(root);
        try {
            Files.write(rootFile, root.pem());
            return secured(
                    tls,
                    question -> StampForTests.of(new TimeStampRequest(question), stamping)
                            .granted());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens one that sends what a reply says, over https. */
    static TimeStampAuthorityForTests secured(SSLContext tls, Reply reply) throws IOException {
        HttpsServer server = HttpsServer.create(here(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return new TimeStampAuthorityForTests(
                server,
                exchange ->
                        send(exchange, 200, reply.to(exchange.getRequestBody().readAllBytes())));
    }

    static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/timestamp-reply");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    URI address() {
        String scheme = server instanceof HttpsServer ? "https" : "http";
        return URI.create(scheme + "://localhost:" + server.getAddress().getPort() + "/tsr");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static InetSocketAddress here() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}
