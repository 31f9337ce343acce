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
import org.consilium.contract.StudyId;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.Requests;
import org.consilium.server.platform.Texts;
import org.consilium.server.study.Protocol;

/** Studies over HTTP, for the coordinator. */
@Path("studies")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class StudiesResource {

    private static final int LONGEST_REASON = 500;

    @Inject
    Studies studies;

    @Inject
    Course course;

    /** Creates and starts a study. */
    @POST
    @RolesAllowed(Caller.COORDINATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    public Response start(String body) {
        Protocol protocol = Requests.read(body, "study-invalid", StudyJson::protocol);
        return Response.status(201)
                .entity(StudyJson.whole(studies.start(protocol)))
                .build();
    }

    /** Lists all studies without their rounds, the youngest first. */
    @GET
    @RolesAllowed({Caller.COORDINATOR, Caller.AUDITOR})
    public JsonArray all() {
        JsonArrayBuilder array = Json.createArrayBuilder();
        studies.all().forEach(study -> array.add(StudyJson.brief(study)));
        return array.build();
    }

    /** Shows a study with its rounds. */
    @GET
    @Path("{id}")
    @RolesAllowed({Caller.COORDINATOR, Caller.AUDITOR})
    public JsonObject one(@PathParam("id") String id) {
        return StudyJson.whole(studies.view(known(id)));
    }

    /** Stops a study for good; the body's {@code reason}, 1 to 500 characters, stays with it. */
    @POST
    @Path("{id}/stop")
    @RolesAllowed(Caller.COORDINATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    public JsonObject stop(@PathParam("id") String id, String body) {
        StudyId study = known(id);
        course.stop(study, Requests.read(body, "reason-invalid", StudiesResource::reason));
        return StudyJson.whole(studies.view(study));
    }

    private static String reason(JsonObject json) {
        String reason = Texts.oneLine(Messages.text(json, "reason")).strip();
        if (reason.isEmpty() || reason.length() > LONGEST_REASON) {
            throw new IllegalArgumentException(
                    "'reason' must have 1 to " + LONGEST_REASON + " characters, this has " + reason.length());
        }
        return reason;
    }

    private static StudyId known(String id) {
        try {
            return new StudyId(id);
        } catch (IllegalArgumentException e) {
            throw StudyProblems.unknown(id);
        }
    }
}
