package org.consilium.site.impression;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.util.SortedSet;
import java.util.TreeSet;
import org.consilium.contract.Impressions;
import org.consilium.contract.Messages;
import org.consilium.contract.Problem;
import org.consilium.contract.Sha256;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Responses;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Images that the consortium has synthesised, for this hospital's steward to look at and to veto. */
@Path("impressions")
@ApplicationScoped
@RolesAllowed("steward")
@Produces(MediaType.APPLICATION_JSON)
public class ImpressionsResource {

    private static final int SHOWN = 100;

    @Inject
    ImpressionSets sets;

    /** Lists the latest 100 sets that are here, the youngest first, with what this site's node has said of each. */
    @GET
    @Operation(summary = "Sets of synthesised images that came to this site, with its verdict, the latest first")
    public Response list() {
        JsonArrayBuilder list = Json.createArrayBuilder();
        sets.latest(SHOWN).forEach(kept -> list.add(json(kept)));
        return Responses.json(200, list.build());
    }

    /**
     * Shows the images of a set, 400 at most on one sheet.
     *
     * @param sha256 digest of the set
     * @param from number of the first image, 0 unless given
     */
    @GET
    @Path("{sha256}/sheet")
    @Produces({"image/png", MediaType.WILDCARD})
    @Operation(summary = "The images of a set with their classes, distances and vetoes, as a PNG contact sheet")
    public Response sheet(@PathParam("sha256") String sha256, @QueryParam("from") String from) {
        Impressions set = set(sha256);
        ContactSheet sheet = new ContactSheet(
                set, sets.known(set.digest()).flatMap(ImpressionStore.Kept::verdict), sets.vetoed(set));
        return Response.ok(sheet.png(number("from", from == null ? "0" : from, set.size())))
                .type("image/png")
                .header("Cache-Control", "no-store")
                .build();
    }

    /** Vetoes just these images: a set that this site has not judged yet is judged so, and none of them is trained on. */
    @PUT
    @Path("{sha256}/vetoes")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Veto images of a set by their numbers; those that are not named are vetoed no more")
    public Response veto(@PathParam("sha256") String sha256, InputStream body, @Context SecurityContext caller) {
        JsonObject json = Responses.object(body);
        Impressions set = set(sha256);
        SortedSet<Integer> numbers = new TreeSet<>();
        try {
            for (JsonValue value : Messages.array(json, "images")) {
                numbers.add(number("images", value.toString(), set.size()));
            }
        } catch (IllegalArgumentException e) {
            throw new ProblemException(Responses.invalid(e.getMessage() + "."), e);
        }
        String by = caller.getUserPrincipal() == null
                ? "steward"
                : caller.getUserPrincipal().getName();
        sets.veto(set, numbers, by);
        JsonArrayBuilder vetoed = Json.createArrayBuilder();
        sets.vetoed(set).forEach(vetoed::add);
        return Responses.json(
                200,
                Json.createObjectBuilder()
                        .add("sha256", set.digest().hex())
                        .add("images", vetoed)
                        .build());
    }

    private Impressions set(String sha256) {
        Sha256 digest;
        try {
            digest = new Sha256(sha256);
        } catch (IllegalArgumentException e) {
            throw unknown(sha256);
        }
        return sets.kept(digest).orElseThrow(() -> unknown(sha256));
    }

    private static ProblemException unknown(String sha256) {
        return new ProblemException(new Problem(
                "impressions-unknown",
                404,
                "There are no such impressions",
                "No set '" + sha256 + "' has come to this site.",
                "GET /api/v1/impressions lists those that have."));
    }

    private static int number(String name, String text, int size) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number < size) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(name, text, size);
        }
        throw wrong(name, text, size);
    }

    private static ProblemException wrong(String name, String text, int size) {
        return new ProblemException(Responses.invalid(
                "'" + name + "' has '" + text + "': use the number of an image, 0 to " + (size - 1) + "."));
    }

    private static JsonObjectBuilder json(ImpressionStore.Kept kept) {
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("sha256", kept.sha256().hex())
                .add("study", kept.study().value())
                .add("round", kept.round().value())
                .add("protocol", kept.protocol().hex())
                .add("images", kept.images())
                .add("fetchedAt", kept.fetchedAt().toString());
        kept.verdict()
                .ifPresentOrElse(
                        verdict -> json.add("verdict", Messages.toJson(verdict)), () -> json.addNull("verdict"));
        return json;
    }
}
