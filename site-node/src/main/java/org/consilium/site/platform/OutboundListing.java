package org.consilium.site.platform;

import jakarta.annotation.Priority;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;
import org.consilium.contract.Sha256;

/**
 * Has each request of a REST client listed before its bytes leave; every client of the node registers it, which a test
 * checks.
 *
 * <p>A request without a body is listed by the filter. A body is known only once it is written: the interceptor keeps
 * it back, lists it, and lets it go. It is the first of its chain, so what it sees is what any other made of the body.
 * It is no {@code @Provider}: the server would take it for its own answers.
 */
@Priority(0)
public final class OutboundListing implements ClientRequestFilter, WriterInterceptor {

    /** The request header with the digest of the study protocol under which a request is sent. */
    static final String PROTOCOL_HEADER = "Consilium-Protocol";

    /** The request header with what an update says of its training. */
    static final String METRICS_HEADER = "Consilium-Training";

    /** The client's property with its {@link Outbound}; a client without it asks the container. */
    public static final String LEDGER = "org.consilium.site.ledger";

    private static final String REQUEST = OutboundListing.class.getName();

    /**
     * Sends a request, and tells one that was not sent because it could not be listed from one that did not arrive.
     *
     * @throws ProblemException if it could not be listed, and so was not sent
     * @throws ProcessingException if it failed otherwise
     */
    public static Response sent(Supplier<Response> request) {
        try {
            return request.get();
        } catch (ProcessingException e) {
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof ProblemException unlisted) {
                    throw unlisted;
                }
            }
            throw e;
        }
    }

    @Override
    public void filter(ClientRequestContext request) {
        if (request.hasEntity()) {
            request.setProperty(REQUEST, request);
        } else {
            list(request, new Body(0));
        }
    }

    @Override
    public void aroundWriteTo(WriterInterceptorContext writing) throws IOException {
        OutputStream wire = writing.getOutputStream();
        Body body = new Body(writing.getEntity() instanceof byte[] whole ? whole.length : 256);
        writing.setOutputStream(body);
        writing.proceed();
        writing.setOutputStream(wire);
        list((ClientRequestContext) writing.getProperty(REQUEST), body);
        body.writeTo(wire);
    }

    private void list(ClientRequestContext request, Body body) {
        Optional<Sha256> protocol =
                Optional.ofNullable(request.getHeaderString(PROTOCOL_HEADER)).map(Sha256::new);
        ledger(request)
                .list(new OutboundRequest(
                        request.getMethod(),
                        request.getUri(),
                        protocol,
                        Optional.ofNullable(request.getHeaderString(METRICS_HEADER)),
                        body.size(),
                        body.digest()));
    }

    /** Looked up late: the container makes its clients, and with them this, before all beans are there. */
    private static Outbound ledger(ClientRequestContext request) {
        return request.getConfiguration().getProperty(LEDGER) instanceof Outbound told
                ? told
                : CDI.current().select(Outbound.class).get();
    }

    /** A body that waits; an update has tens of megabytes, so it is digested where it lies. */
    private static final class Body extends ByteArrayOutputStream {

        Body(int expected) {
            super(expected);
        }

        Sha256 digest() {
            return Sha256.of(ByteBuffer.wrap(buf, 0, count));
        }
    }
}
