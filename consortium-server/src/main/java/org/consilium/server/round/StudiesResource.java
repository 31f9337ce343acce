package org.consilium.server.round;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.consilium.contract.Messages;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.Texts;
import org.consilium.contract.protocol.ProtocolJson;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.globalmodel.ImpressionSets;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.Requests;
import org.consilium.server.study.Study;

/** Studies over HTTP: their course, from the first draft to the end. */
@Path("studies")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class StudiesResource {

    private static final int LONGEST_REASON = 500;

    @Inject
    Studies studies;

    @Inject
    Protocols protocols;

    @Inject
    Course course;

    @Inject
    ImpressionSets sets;

    @Inject
    Caller caller;

    /** Begins a study: the body is the first version of its protocol, which is being written. */
    @POST
    @RolesAllowed(Caller.COORDINATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    public Response draft(String body) {
        StudyProtocol protocol = Requests.read(body, "protocol-invalid", json -> ProtocolJson.protocol(json, 1));
        protocols.draft(protocol, caller.name());
        return Response.status(201).entity(whole(protocol.study())).build();
    }

    /** Lists all studies without their rounds, the youngest first; for a steward those that concern the site. */
    @GET
    @RolesAllowed({Caller.COORDINATOR, Caller.AUDITOR, Caller.STEWARD})
    public JsonArray all() {
        JsonArrayBuilder array = Json.createArrayBuilder();
        studies.all().stream().filter(this::isReadable).forEach(study -> array.add(StudyJson.brief(study)));
        return array.build();
    }

    /** Shows a study with its versions and rounds. */
    @GET
    @Path("{id}")
    @RolesAllowed({Caller.COORDINATOR, Caller.AUDITOR, Caller.STEWARD})
    public JsonObject one(@PathParam("id") String id) {
        StudyView view = studies.view(known(id));
        if (!isReadable(view.study())) {
            throw Answers.notAParticipant(id, caller.stewardOf());
        }
        return StudyJson.whole(caller.readsAsStewardOnly() ? view.forSteward(caller.stewardOf()) : view);
    }

    /** Lists the impressions that were made in a study, by round, with what each site said of each image. */
    @GET
    @Path("{id}/impressions")
    @RolesAllowed({Caller.COORDINATOR, Caller.AUDITOR, Caller.STEWARD})
    public JsonArray impressions(@PathParam("id") String id) {
        StudyView view = studies.view(known(id));
        if (!isReadable(view.study())) {
            throw Answers.notAParticipant(id, caller.stewardOf());
        }
        return StudyJson.impressions(view, sets::get).build();
    }

    /** Opens the first round of a study that all have signed. */
    @POST
    @Path("{id}/start")
    @RolesAllowed(Caller.COORDINATOR)
    public JsonObject start(@PathParam("id") String id) {
        course.start(known(id));
        return whole(known(id));
    }

    /** Asks nothing new of the sites until the study is resumed. */
    @POST
    @Path("{id}/pause")
    @RolesAllowed(Caller.COORDINATOR)
    public JsonObject pause(@PathParam("id") String id) {
        course.pause(known(id));
        return whole(known(id));
    }

    /** Has a paused study go on. */
    @POST
    @Path("{id}/resume")
    @RolesAllowed(Caller.COORDINATOR)
    public JsonObject resume(@PathParam("id") String id) {
        course.resume(known(id));
        return whole(known(id));
    }

    /** Stops a study for good; the body's {@code reason}, 1 to 500 characters, stays with it. */
    @POST
    @Path("{id}/stop")
    @RolesAllowed(Caller.COORDINATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    public JsonObject stop(@PathParam("id") String id, String body) {
        course.stop(known(id), Requests.read(body, "reason-invalid", StudiesResource::reason));
        return whole(known(id));
    }

    /** Gives up a study that has not started; the body's {@code reason} stays with it. */
    @POST
    @Path("{id}/withdrawal")
    @RolesAllowed(Caller.COORDINATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    public JsonObject withdraw(@PathParam("id") String id, String body) {
        protocols.withdraw(known(id), Requests.read(body, "reason-invalid", StudiesResource::reason));
        return whole(known(id));
    }

    /**
     * Has the steward's site leave a study; the body's {@code reason} stays with it, and the site's past updates are kept
     * or erased, as the protocol says.
     */
    @POST
    @Path("{id}/sites/{site}/withdrawal")
    @RolesAllowed(Caller.STEWARD)
    @Consumes(MediaType.APPLICATION_JSON)
    public JsonObject leave(@PathParam("id") String id, @PathParam("site") String site, String body) {
        SiteId own = caller.stewardOf();
        if (!own.value().equals(site)) {
            throw ProtocolsResource.otherSite(own, site);
        }
        course.leave(known(id), own, caller.name(), Requests.read(body, "reason-invalid", StudiesResource::reason));
        return StudyJson.whole(studies.view(known(id)).forSteward(own));
    }

    private JsonObject whole(StudyId id) {
        return StudyJson.whole(studies.view(id));
    }

    private boolean isReadable(Study study) {
        return !caller.readsAsStewardOnly() || study.concerns(caller.stewardOf());
    }

    private static String reason(JsonObject json) {
        String reason = Texts.oneLine(Messages.text(json, "reason")).strip();
        if (reason.isEmpty() || reason.length() > LONGEST_REASON) {
            throw new IllegalArgumentException(
                    "'reason' must have 1 to " + LONGEST_REASON + " characters, this has " + reason.length());
        }
        if (!Texts.isEncodable(reason)) {
            throw new IllegalArgumentException("'reason' has half of a surrogate pair");
        }
        return reason;
    }

    static StudyId known(String id) {
        try {
            return new StudyId(id);
        } catch (IllegalArgumentException e) {
            throw StudyProblems.unknown(id);
        }
    }
}
