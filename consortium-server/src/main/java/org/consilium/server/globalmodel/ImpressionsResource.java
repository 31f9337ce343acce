package org.consilium.server.globalmodel;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.consilium.contract.ImpressionsHeader;
import org.consilium.contract.Problem;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.server.audit.AuditEvent;
import org.consilium.server.audit.AuditTrail;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.Refusal;
import org.consilium.server.platform.Requests;

/** Synthesised images over HTTP. */
@Path("impressions")
@ApplicationScoped
public class ImpressionsResource {

    @Inject
    ImpressionSets sets;

    @Inject
    ModelAudience audience;

    @Inject
    Caller caller;

    @Inject
    AuditTrail audit;

    /** Hands out a set, whole or in part. */
    @GET
    @Path("{sha256}")
    @RolesAllowed({Caller.SITE_NODE, Caller.COORDINATOR, Caller.ADMINISTRATOR, Caller.AUDITOR})
    @Produces({ImpressionsHeader.MEDIA_TYPE, Problem.MEDIA_TYPE})
    public Response get(
            @PathParam("sha256") String sha256,
            @HeaderParam("Range") String range,
            @HeaderParam("If-Range") String ifRange,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) String known) {
        Sha256 digest = Requests.value("impressions-unknown", 404, () -> new Sha256(sha256));
        Optional<SiteId> site = caller.has(Caller.SITE_NODE) ? Optional.of(caller.site()) : Optional.empty();
        if (site.isPresent() && !audience.includesImpressions(site.get(), digest)) {
            throw Refusal.of(
                    403,
                    "not-a-participant",
                    "Site " + site.get() + " takes part in no study that has the impressions " + digest.brief() + ".",
                    "Fetch only the impressions that an offer names.");
        }
        ImpressionsHeader header = sets.get(digest);
        return new PartialResource(digest, ImpressionsHeader.MEDIA_TYPE, header.totalBytes())
                .answer(
                        range,
                        ifRange,
                        known,
                        (from, to) -> audit.appendAlone(new AuditEvent.ImpressionsDownloaded(digest, site, from, to)),
                        (from, to, out) -> {
                            sets.copy(header, from, to, out);
                            site.ifPresent(reader -> audience.fetchedImpressions(reader, digest, to - from));
                        });
    }
}
