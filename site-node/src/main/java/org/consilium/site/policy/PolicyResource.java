package org.consilium.site.policy;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.consilium.contract.Sha256;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Responses;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The hospital's policy over HTTP, for its steward. */
@Path("policy")
@ApplicationScoped
@RolesAllowed("steward")
@Produces(MediaType.APPLICATION_JSON)
public class PolicyResource {

    private static final int SHOWN = 100;

    @Inject
    Policies policies;

    /** Returns the policy that is in force; who wrote it, and when, are null for the one that a node starts with. */
    @GET
    @Operation(summary = "What this node may do for the consortium")
    public Response policy() {
        return shown(policies.policy());
    }

    /** Replaces the policy; all members must be there, null where there is no limit. */
    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Replace what this node may do for the consortium")
    public Response replace(InputStream body, @Context SecurityContext caller) {
        SitePolicy policy = valid(() -> PolicyJson.policy(Responses.object(body)));
        return written(before -> policy, caller);
    }

    /** Allows a protocol version by its digest. */
    @PUT
    @Path("protocols/{sha256}")
    @Operation(summary = "Allow a protocol version, by its SHA-256")
    public Response allow(@PathParam("sha256") String sha256, @Context SecurityContext caller) {
        Sha256 digest = valid(() -> new Sha256(sha256));
        return written(before -> before.with(digest, true), caller);
    }

    /** Allows a protocol version no more; from the next offer on. */
    @DELETE
    @Path("protocols/{sha256}")
    @Operation(summary = "Allow a protocol version no more")
    public Response forbid(@PathParam("sha256") String sha256, @Context SecurityContext caller) {
        Sha256 digest = valid(() -> new Sha256(sha256));
        return written(before -> before.with(digest, false), caller);
    }

    /** Lists the latest 100 offers that the policy refused, the youngest first. */
    @GET
    @Path("refusals")
    @Operation(summary = "Offers that were refused by the policy, the latest first")
    public Response refusals() {
        JsonArrayBuilder list = Json.createArrayBuilder();
        policies.refusals(SHOWN)
                .forEach(refusal -> list.add(Json.createObjectBuilder()
                        .add("at", refusal.at().toString())
                        .add("study", refusal.study())
                        .add("round", refusal.round())
                        .add("work", refusal.work())
                        .add("protocol", refusal.protocol())
                        .add("code", refusal.code())
                        .add("reason", refusal.reason())));
        return Responses.json(200, list.build());
    }

    private Response written(UnaryOperator<SitePolicy> change, SecurityContext caller) {
        String by = caller.getUserPrincipal() == null
                ? "steward"
                : caller.getUserPrincipal().getName();
        return valid(() -> shown(policies.write(change, by)));
    }

    private static Response shown(PolicyStore.Written written) {
        JsonObjectBuilder json = PolicyJson.toJson(written.policy());
        written.by().ifPresentOrElse(by -> json.add("writtenBy", by), () -> json.addNull("writtenBy"));
        written.at().ifPresentOrElse(at -> json.add("writtenAt", at.toString()), () -> json.addNull("writtenAt"));
        return Responses.json(200, json.build());
    }

    private static <T> T valid(Supplier<T> reader) {
        try {
            return reader.get();
        } catch (IllegalArgumentException e) {
            throw new ProblemException(Responses.invalid(e.getMessage() + "."), e);
        }
    }
}
