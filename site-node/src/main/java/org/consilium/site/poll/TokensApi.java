package org.consilium.site.poll;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.core.Form;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.consilium.site.platform.OutboundListing;
import org.eclipse.microprofile.faulttolerance.Retry;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** Keycloak's token endpoint. */
@RegisterRestClient(configKey = "tokens")
@RegisterProvider(OutboundListing.class)
public interface TokensApi {

    /** Exchanges a signed assertion for an access token; a connection that breaks is tried again twice. */
    @Retry(maxRetries = 2, delay = 500, jitter = 200, retryOn = ProcessingException.class)
    @POST
    @Path("/token")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    Response token(Form form);
}
