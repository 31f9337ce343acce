package org.consilium.site.images;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.util.Arrays;
import org.consilium.site.platform.Database;
import org.consilium.site.platform.Responses;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What images are here: counts, never an image. */
@Path("datasets")
@ApplicationScoped
@RolesAllowed("steward")
@Produces(MediaType.APPLICATION_JSON)
public class DatasetsResource {

    @Inject
    ImageStore store;

    @Inject
    Database database;

    /** Lists the data sets. */
    @GET
    @Operation(summary = "The data sets at this site, with counts by split and class")
    public Response datasets() {
        database.require();
        JsonArrayBuilder list = Json.createArrayBuilder();
        try {
            store.summaries().forEach(summary -> list.add(json(summary)));
        } catch (SQLException e) {
            throw database.unavailable(e);
        }
        return Responses.json(200, list.build());
    }

    private static JsonObjectBuilder json(ImageStore.Summary summary) {
        DatasetDescription dataset = summary.description();
        JsonObjectBuilder counts = Json.createObjectBuilder();
        summary.counts().forEach((split, byClass) -> {
            JsonArrayBuilder numbers = Json.createArrayBuilder();
            Arrays.stream(byClass).forEach(numbers::add);
            counts.add(split.label(), numbers);
        });
        return Json.createObjectBuilder()
                .add("dataset", dataset.name())
                .add("modality", dataset.modality())
                .add("classes", Json.createArrayBuilder(dataset.classes()))
                .add("height", dataset.shape().height())
                .add("width", dataset.shape().width())
                .add("channels", dataset.shape().channels())
                .add("source", dataset.source())
                .add("licence", dataset.licence())
                .add("counts", counts);
    }
}
