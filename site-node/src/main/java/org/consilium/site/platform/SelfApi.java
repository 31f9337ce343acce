package org.consilium.site.platform;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** This node's own API, called over HTTPS as a client from outside would call it. */
@RegisterRestClient(configKey = "self")
@RegisterProvider(OutboundListing.class)
public interface SelfApi {

    /** Answers 200 when REST works. */
    @GET
    @Path(AliveResource.PATH)
    Response alive();
}
