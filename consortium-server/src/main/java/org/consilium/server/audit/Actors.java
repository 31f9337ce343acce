package org.consilium.server.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.ContextNotActiveException;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.UUID;
import org.consilium.contract.Texts;
import org.consilium.contract.audit.AuditRecord.Actor;
import org.consilium.contract.audit.AuditRecord.Kind;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.Trace;

/** Who is doing what is being done: the caller of the present request, or the server by itself. */
@ApplicationScoped
class Actors {

    private static final String NONE = "none";
    private static final int LONGEST = 500;
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
        return Deputy.present().orElseGet(this::own);
    }

    private Acting own() {
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

    /** Returns who it was where very many have done something, and none is named. */
    static Acting several() {
        return new Acting(unknown(Optional.empty()), UUID.randomUUID());
    }

    private static Actor unknown(Optional<String> address) {
        return new Actor("unknown", "Unknown", NONE, NONE, Kind.USER, NONE, address);
    }

    private Actor actor(Optional<String> address) {
        if (trace.person().isPresent()) {
            Trace.Person person = trace.person().get();
            return new Actor(
                    kept(person.subject()),
                    kept(person.name()),
                    "consortium",
                    kept(person.roles()),
                    Kind.USER,
                    "OpenID Connect log-in at the portal",
                    address);
        }
        if (!trace.hasToken()) {
            return unknown(address);
        }
        boolean node = caller.has(Caller.SITE_NODE);
        return new Actor(
                kept(caller.subject()),
                kept(caller.name().isBlank() ? caller.client() : caller.name()),
                kept(node ? caller.client() : caller.siteClaim().orElse("consortium")),
                kept(String.join(" ", caller.roles())),
                node ? Kind.NODE : Kind.USER,
                node
                        ? "OpenID Connect bearer token, client authenticated by private_key_jwt"
                        : kept("OpenID Connect bearer token of client " + caller.client()),
                address);
    }

    /** What the identity provider says: nobody acts unrecorded for having an odd name there. */
    private static String kept(String claim) {
        return Texts.fitting(claim, LONGEST, NONE);
    }
}
