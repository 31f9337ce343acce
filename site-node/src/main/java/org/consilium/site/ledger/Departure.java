package org.consilium.site.ledger;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.consilium.contract.Sha256;
import org.consilium.site.platform.OutboundRequest;

/**
 * What the ledger keeps of a request; two that are equal are the same to it.
 *
 * @param kind label of a {@link Kind}
 * @param to scheme, host, port and path; a query is not kept
 * @param study as the path names it
 * @param round as the path names it
 * @param bytes length of the body
 * @param sha256 digest of the body
 * @param protocol digest of the study protocol under which it was sent
 * @param metrics what an update said of its training, beside its body
 * @param httpMethod such as {@code PUT}
 */
record Departure(
        String kind,
        String to,
        Optional<String> study,
        Optional<Integer> round,
        long bytes,
        Sha256 sha256,
        Optional<Sha256> protocol,
        Optional<String> metrics,
        String httpMethod) {

    private static final Pattern ROUND = Pattern.compile(".*/studies/([^/]+)/rounds/([0-9]{1,9})(/.*)?");
    private static final Pattern STUDY = Pattern.compile(".*/studies/([^/]+)(/.*)?");

    static Departure of(OutboundRequest request) {
        URI to = request.to();
        String path = to.getRawPath() == null ? "" : to.getRawPath();
        Matcher study = STUDY.matcher(path);
        Matcher round = ROUND.matcher(path);
        return new Departure(
                Kind.of(request.method(), path).label(),
                to.getScheme() + "://" + to.getHost() + ":" + port(to) + path,
                study.matches() ? Optional.of(study.group(1)) : Optional.empty(),
                round.matches() ? Optional.of(Integer.valueOf(round.group(2))) : Optional.empty(),
                request.bytes(),
                request.sha256(),
                request.protocol(),
                request.metrics(),
                request.method());
    }

    private static int port(URI to) {
        if (to.getPort() >= 0) {
            return to.getPort();
        }
        return "http".equals(to.getScheme()) ? 80 : 443;
    }
}
