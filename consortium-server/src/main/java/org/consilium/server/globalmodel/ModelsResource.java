package org.consilium.server.globalmodel;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.consilium.contract.ParametersHeader;
import org.consilium.contract.Problem;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.server.audit.AuditEvent;
import org.consilium.server.audit.AuditTrail;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.Refusal;
import org.consilium.server.platform.Requests;

/** Parameters over HTTP. */
@Path("models")
@ApplicationScoped
public class ModelsResource {

    @Inject
    Models models;

    @Inject
    ModelAudience audience;

    @Inject
    Caller caller;

    @Inject
    AuditTrail audit;

    /** Takes in the parameters that a study is to start from. */
    @POST
    @RolesAllowed(Caller.COORDINATOR)
    @Consumes(ParametersHeader.MEDIA_TYPE)
    @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
    public Response add(InputStream body, @HeaderParam(HttpHeaders.CONTENT_LENGTH) String length) throws IOException {
        Arrival arrival = models.arrival(body, length == null ? -1 : Long.parseLong(length));
        Optional<StoredVector> known = models.find(arrival.header().payloadDigest());
        if (known.isPresent()) {
            arrival.mustBe(known.get().architecture(), known.get().count());
            arrival.verify();
            return described(200, known.get());
        }
        return described(201, models.register(arrival.store()));
    }

    /** Hands out parameters, whole or in part. */
    @GET
    @Path("{sha256}")
    @RolesAllowed({Caller.SITE_NODE, Caller.COORDINATOR, Caller.AUDITOR})
    @Produces({ParametersHeader.MEDIA_TYPE, Problem.MEDIA_TYPE})
    public Response get(
            @PathParam("sha256") String sha256,
            @HeaderParam("Range") String range,
            @HeaderParam("If-Range") String ifRange,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) String known) {
        Sha256 digest = Requests.value("model-unknown", 404, () -> new Sha256(sha256));
        Optional<SiteId> site = caller.has(Caller.SITE_NODE) ? Optional.of(caller.site()) : Optional.empty();
        if (site.isPresent() && !audience.includes(site.get(), digest)) {
            throw Refusal.of(
                    403,
                    "not-a-participant",
                    "Site " + site.get() + " takes part in no study that uses the parameters " + digest.brief() + ".",
                    "Fetch only the parameters that an offer names.");
        }
        if (site.isEmpty() && audience.isOnlyUpdate(digest)) {
            throw Refusal.of(
                    403,
                    "update-private",
                    "The parameters " + digest.brief() + " are one hospital's update, which is shown to nobody.",
                    "Fetch a global model, by the digest that its round names.");
        }
        StoredVector vector = models.get(digest);
        return new PartialResource(
                        digest, ParametersHeader.MEDIA_TYPE, vector.header().totalBytes())
                .answer(
                        range,
                        ifRange,
                        known,
                        (from, to) -> audit.appendAlone(new AuditEvent.ModelDownloaded(digest, site, from, to)),
                        (from, to, out) -> {
                            models.copy(vector, from, to, out);
                            site.ifPresent(reader -> audience.fetched(reader, digest, to - from));
                        });
    }

    private static Response described(int status, StoredVector vector) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON)
                .entity(Json.createObjectBuilder()
                        .add("sha256", vector.digest().hex())
                        .add("architecture", vector.architecture().value())
                        .add("count", vector.count())
                        .build())
                .build();
    }
}
