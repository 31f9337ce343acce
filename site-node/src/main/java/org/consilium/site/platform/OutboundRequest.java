package org.consilium.site.platform;

import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import org.consilium.contract.Sha256;

/**
 * What is told of a request that is about to leave. Of its headers only those two are here: others hold the site's token.
 *
 * @param method of HTTP
 * @param to the whole address
 * @param protocol digest of the study protocol under which it is sent, nothing outside of a study
 * @param metrics what an update's header says of its training; the one header that says something of patients' images
 * @param bytes length of the body
 * @param sha256 digest of the body's bytes as they go out, that of no bytes if there is no body
 */
public record OutboundRequest(
        String method, URI to, Optional<Sha256> protocol, Optional<String> metrics, long bytes, Sha256 sha256) {

    /** Checks that nothing is missing. */
    public OutboundRequest {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(metrics, "metrics");
        Objects.requireNonNull(sha256, "sha256");
        if (bytes < 0) {
            throw new IllegalArgumentException("a body has no " + bytes + " bytes");
        }
    }
}
