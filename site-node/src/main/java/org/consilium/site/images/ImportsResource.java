package org.consilium.site.images;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.UUID;
import org.consilium.contract.Problem;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Responses;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Bringing images in. */
@Path("imports")
@ApplicationScoped
@RolesAllowed("steward")
@Produces(MediaType.APPLICATION_JSON)
public class ImportsResource {

    @Inject
    Imports imports;

    /**
     * Starts an import.
     *
     * @param body {@code {"dataset","folder","modality","replace":false,"store":"bytes|path"}}
     */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Start an import of a folder on this node: IDX files, or SPLIT/CLASS/*.png|jpg")
    public Response start(InputStream body) {
        JsonObject json = Responses.object(body);
        ImportRequest request;
        try {
            request = ImportRequest.fromJson(json);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(Responses.invalid(e.getMessage() + "."), e);
        }
        ImportJob job = imports.start(request);
        return Responses.json(
                202, Json.createObjectBuilder().add("id", job.id().toString()).build());
    }

    /**
     * Tells how far an import is.
     *
     * @param id as the start returned it
     */
    @GET
    @Path("{id}")
    @Operation(summary = "How far an import is, and why it failed")
    public Response progress(@PathParam("id") String id) {
        return Responses.json(200, json(find(id)));
    }

    private ImportJob find(String text) {
        try {
            return imports.find(UUID.fromString(text)).orElseThrow(() -> unknown(text));
        } catch (IllegalArgumentException e) {
            throw unknown(text);
        }
    }

    private static ProblemException unknown(String id) {
        return new ProblemException(new Problem(
                "import-unknown",
                404,
                "There is no such import",
                "No import has the id '" + id + "'.",
                "Use the id that the start of the import returned."));
    }

    private static JsonObject json(ImportJob job) {
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("id", job.id().toString())
                .add("dataset", job.dataset())
                .add("folder", job.folder())
                .add("state", job.state().name())
                .add("done", job.done())
                .add("total", job.total());
        job.problem().ifPresentOrElse(problem -> json.add("problem", problem.toJson()), () -> json.addNull("problem"));
        return json.build();
    }
}
