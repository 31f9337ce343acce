package org.consilium.site.platform;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** Keycloak's signing keys, by which the server checks tokens. */
@RegisterRestClient(configKey = "keys")
@RegisterProvider(OutboundListing.class)
public interface KeysApi {

    /** Answers 200 with a JSON Web Key Set. */
    @GET
    @Path("/certs")
    Response keys();
}
