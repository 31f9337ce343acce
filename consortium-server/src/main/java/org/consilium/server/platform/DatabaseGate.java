package org.consilium.server.platform;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;

/** Answers 503 to everything but the public addresses until the schema is there. */
@Provider
@Priority(2)
public class DatabaseGate implements ContainerRequestFilter {

    @Inject
    Migration migration;

    @Context
    ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request) {
        if (!migration.isDone() && !BearerOnly.isPublic(resource)) {
            request.abortWith(ProblemMapper.response(Problems.unavailable(migration.state())));
        }
    }
}
