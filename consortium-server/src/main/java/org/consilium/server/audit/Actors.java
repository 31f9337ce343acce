package org.consilium.server.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.ContextNotActiveException;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.UUID;
import org.consilium.contract.audit.AuditRecord.Actor;
import org.consilium.contract.audit.AuditRecord.Kind;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.Trace;

/** Who is doing what is being done: the caller of the present request, or the server by itself. */
@ApplicationScoped
class Actors {

    private static final String NONE = "none";
    private static final Actor SERVER = new Actor(
            "consortium-server", "Consortium server", "consortium", "system", Kind.SYSTEM, NONE, Optional.empty());

    private final Caller caller;
    private final Trace trace;

    @Inject
    Actors(Caller caller, Trace trace) {
        this.caller = caller;
        this.trace = trace;
    }

    /** For the container's proxy. */
    Actors() {
        this(null, null);
    }

    /**
     * An actor and what the present work is part of.
     *
     * @param actor who
     * @param correlation id of the request, or of this one step of the server's
     */
    record Acting(Actor actor, UUID correlation) {}

    Acting acting() {
        try {
            Optional<String> address = trace.address();
            return address.isPresent()
                    ? new Acting(actor(address), trace.correlation())
                    : new Acting(SERVER, UUID.randomUUID());
        } catch (ContextNotActiveException e) {
            // The timer's threads work for nobody.
            return new Acting(SERVER, UUID.randomUUID());
        }
    }

    private Actor actor(Optional<String> address) {
        if (!trace.hasToken()) {
            return new Actor("unknown", "Unknown", NONE, NONE, Kind.USER, NONE, address);
        }
        boolean node = caller.has(Caller.SITE_NODE);
        String subject = caller.subject();
        return new Actor(
                subject,
                caller.name().isBlank() ? caller.client() : caller.name(),
                node ? caller.client() : caller.siteClaim().orElse("consortium"),
                caller.roles().isEmpty() ? NONE : String.join(" ", caller.roles()),
                node ? Kind.NODE : Kind.USER,
                node
                        ? "OpenID Connect bearer token, client authenticated by private_key_jwt"
                        : "OpenID Connect bearer token of client " + caller.client(),
                address);
    }
}
