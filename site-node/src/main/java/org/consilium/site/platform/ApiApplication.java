package org.consilium.site.platform;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.info.Info;

/** The node's own API, for the hospital's steward. */
@ApplicationPath("/api/v1")
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Consilium site node",
                        version = "1",
                        description =
                                "One hospital's node: import images, see what leaves and what the node is doing."))
public class ApiApplication extends Application {}
