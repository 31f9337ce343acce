package org.consilium.server.round;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.consilium.contract.Messages;
import org.consilium.contract.SiteId;
import org.consilium.contract.WorkOffer;
import org.consilium.server.audit.AuditTrail;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.Refusal;
import org.consilium.server.site.NodeVersions;
import org.consilium.server.site.Sites;

/** Work for sites over HTTP. */
@Path("offers")
@ApplicationScoped
public class OffersResource {

    private static final int LONGEST_WAIT = 50;

    @Inject
    Offers offers;

    @Inject
    HeldPolls polls;

    @Inject
    Sites sites;

    @Inject
    NodeVersions versions;

    @Inject
    Caller caller;

    @Inject
    AuditTrail audit;

    /**
     * Answers with the site's work, or with 204 when none came within the wait.
     *
     * @param wait whole seconds, 0 to 50; a text, so that another one is refused by name
     * @param version the node's version; too old a one is refused
     * @param response held without a thread
     */
    @GET
    @Path("next")
    @RolesAllowed(Caller.SITE_NODE)
    @Produces(MediaType.APPLICATION_JSON)
    public void next(
            @QueryParam("wait") @DefaultValue("25") String wait,
            @HeaderParam("Consilium-Node-Version") String version,
            @Suspended AsyncResponse response) {
        int seconds = seconds(wait);
        SiteId site = caller.site();
        sites.seen(site, Optional.ofNullable(version));
        versions.require(version);
        Optional<WorkOffer> offer = offers.next(site);
        if (offer.isPresent() || seconds == 0) {
            response.resume(answer(offer));
            return;
        }
        WaitingRoom.Poll poll = polls.hold(site, work -> response.resume(answer(work)), audit.deputy()::does);
        if (!poll.isAnswered()) {
            response.setTimeoutHandler(late -> polls.end(poll));
            response.setTimeout(seconds, TimeUnit.SECONDS);
        }
    }

    private static int seconds(String wait) {
        if (!wait.matches("[0-9]{1,2}") || Integer.parseInt(wait) > LONGEST_WAIT) {
            throw Refusal.of(
                    400,
                    "request-invalid",
                    "The query's wait is " + wait + "; 0 to " + LONGEST_WAIT + " whole seconds are possible.",
                    "Poll with a shorter wait, and again at once.");
        }
        return Integer.parseInt(wait);
    }

    private static Response answer(Optional<WorkOffer> offer) {
        return offer.map(work -> Response.ok(Messages.toJson(work), MediaType.APPLICATION_JSON))
                .orElseGet(Response::noContent)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
