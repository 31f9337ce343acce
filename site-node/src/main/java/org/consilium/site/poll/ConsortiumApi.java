package org.consilium.site.poll;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.ImpressionsHeader;
import org.consilium.contract.ParametersHeader;
import org.consilium.contract.Problem;
import org.consilium.contract.audit.UpdateHeaders;
import org.consilium.site.platform.OutboundListing;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** The part of the consortium server's API that sites call; statuses of 400 and above are returned, not thrown. */
@RegisterRestClient(configKey = "consortium")
@RegisterProvider(OutboundListing.class)
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
public interface ConsortiumApi {

    /** 202 while a request to be let in is not decided, 200 afterwards; needs no token. */
    @POST
    @Path("/enrolments")
    @Consumes(MediaType.APPLICATION_JSON)
    Response enrol(String enrolment);

    /** 200 with an offer, or 204 after at most {@code wait} seconds. */
    @GET
    @Path("/offers/next")
    Response next(
            @HeaderParam("Authorization") String bearer,
            @HeaderParam("Consilium-Node-Version") String version,
            @QueryParam("wait") int wait);

    /**
     * Header and payload of the parameters with that digest, or 206 with the rest if {@code range} asks for it and the
     * model is still the one that {@code condition} names.
     */
    @GET
    @Path("/models/{sha256}")
    @Produces({ParametersHeader.MEDIA_TYPE, Problem.MEDIA_TYPE})
    Response model(
            @HeaderParam("Authorization") String bearer,
            @HeaderParam("Range") String range,
            @HeaderParam("If-Range") String condition,
            @PathParam("sha256") String sha256);

    /** Header and payload of the impressions with that digest, or the rest, as for models. */
    @GET
    @Path("/impressions/{sha256}")
    @Produces({ImpressionsHeader.MEDIA_TYPE, Problem.MEDIA_TYPE})
    Response impressions(
            @HeaderParam("Authorization") String bearer,
            @HeaderParam("Range") String range,
            @HeaderParam("If-Range") String condition,
            @PathParam("sha256") String sha256);

    /** The study protocol with that digest, if this site was asked to sign it. */
    @GET
    @Path("/protocols/{sha256}")
    Response protocol(@HeaderParam("Authorization") String bearer, @PathParam("sha256") String sha256);

    /** Sends trained parameters; {@code metrics} is JSON, {@code record} and {@code dataset} as in {@link UpdateHeaders}. */
    @PUT
    @Path("/studies/{study}/rounds/{round}/update")
    @Consumes(ParametersHeader.MEDIA_TYPE)
    Response update(
            @HeaderParam("Authorization") String bearer,
            @HeaderParam("Consilium-Protocol") String protocol,
            @HeaderParam("Consilium-Training") String metrics,
            @HeaderParam(UpdateHeaders.RECORD) String record,
            @HeaderParam(UpdateHeaders.DATASET) String dataset,
            @PathParam("study") String study,
            @PathParam("round") int round,
            byte[] parameters);

    /** Sends scores. */
    @PUT
    @Path("/studies/{study}/rounds/{round}/evaluation")
    @Consumes(MediaType.APPLICATION_JSON)
    Response evaluation(
            @HeaderParam("Authorization") String bearer,
            @HeaderParam("Consilium-Protocol") String protocol,
            @PathParam("study") String study,
            @PathParam("round") int round,
            @QueryParam("split") String split,
            String scores);

    /** Sends what features are like, in the form of {@link ClassStatistics}. */
    @PUT
    @Path("/studies/{study}/rounds/{round}/statistics")
    @Consumes(ClassStatistics.MEDIA_TYPE)
    Response statistics(
            @HeaderParam("Authorization") String bearer,
            @HeaderParam("Consilium-Protocol") String protocol,
            @PathParam("study") String study,
            @PathParam("round") int round,
            byte[] statistics);

    /** Sends what the site says of impressions. */
    @PUT
    @Path("/studies/{study}/rounds/{round}/verdict")
    @Consumes(MediaType.APPLICATION_JSON)
    Response verdict(
            @HeaderParam("Authorization") String bearer,
            @HeaderParam("Consilium-Protocol") String protocol,
            @PathParam("study") String study,
            @PathParam("round") int round,
            String verdict);

    /** Says what the node does. */
    @PUT
    @Path("/sites/self/heartbeat")
    @Consumes(MediaType.APPLICATION_JSON)
    Response heartbeat(
            @HeaderParam("Authorization") String bearer,
            @HeaderParam("Consilium-Node-Version") String version,
            String heartbeat);

    /** Offers a new key, which then works beside the present one. */
    @PUT
    @Path("/sites/self/keys/next")
    @Consumes(MediaType.APPLICATION_JSON)
    Response offerKey(@HeaderParam("Authorization") String bearer, String rotation);

    /** Takes back a key that was offered. */
    @PUT
    @Path("/sites/self/keys/next/withdrawal")
    @Consumes(MediaType.APPLICATION_JSON)
    Response withdrawKey(@HeaderParam("Authorization") String bearer, String rotation);

    /** Confirms a key that was offered, which then works alone. */
    @PUT
    @Path("/sites/self/keys/current")
    @Consumes(MediaType.APPLICATION_JSON)
    Response confirmKey(@HeaderParam("Authorization") String bearer, String rotation);

    /** Says that the site does not do one kind of work in this round. */
    @PUT
    @Path("/studies/{study}/rounds/{round}/refusal")
    @Consumes(MediaType.APPLICATION_JSON)
    Response refusal(
            @HeaderParam("Authorization") String bearer,
            @HeaderParam("Consilium-Protocol") String protocol,
            @PathParam("study") String study,
            @PathParam("round") int round,
            String refusal);

    /** The key that checkpoints of the consortium's audit log are signed with. */
    @GET
    @Path("/audit/key")
    @Produces({MediaType.TEXT_PLAIN, Problem.MEDIA_TYPE})
    Response auditKey(@HeaderParam("Authorization") String bearer);

    /** The latest checkpoint of that log, a signed note. */
    @GET
    @Path("/audit/checkpoints/latest")
    @Produces({MediaType.TEXT_PLAIN, Problem.MEDIA_TYPE})
    Response latestCheckpoint(@HeaderParam("Authorization") String bearer);

    /** The proof that the log goes on from one size to another. */
    @GET
    @Path("/audit/consistency")
    Response consistency(
            @HeaderParam("Authorization") String bearer,
            @QueryParam("first") long first,
            @QueryParam("second") long second);

    /** Hands over a counter-signature, one signature line of a note. */
    @PUT
    @Path("/audit/checkpoints/{size}/witness")
    @Consumes(MediaType.TEXT_PLAIN)
    Response witness(@HeaderParam("Authorization") String bearer, @PathParam("size") long size, String line);
}
