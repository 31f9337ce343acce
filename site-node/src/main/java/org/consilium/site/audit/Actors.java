package org.consilium.site.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.ContextNotActiveException;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.consilium.contract.Texts;
import org.consilium.contract.audit.AuditRecord.Actor;
import org.consilium.contract.audit.AuditRecord.Kind;
import org.consilium.site.platform.SiteSettings;
import org.consilium.site.platform.Trace;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Who is doing what is being done: the caller of the present request, or the node by itself. */
@ApplicationScoped
public class Actors {

    private static final String NONE = "none";
    private static final int LONGEST = 500;

    private JsonWebToken token;
    private Trace trace;
    private SiteSettings settings;

    /** For the container's proxy. */
    Actors() {}

    /**
     * @param token of the present request
     * @param trace of the present request
     * @param settings names the hospital
     */
    @Inject
    public Actors(JsonWebToken token, Trace trace, SiteSettings settings) {
        this.token = token;
        this.trace = trace;
        this.settings = settings;
    }

    /**
     * An actor and what the present work is part of.
     *
     * @param actor who
     * @param correlation id of the request, or of this one step of the node's
     */
    public record Acting(Actor actor, UUID correlation) {}

    /** Returns who is acting now, to be told to the thread that goes on with the work. */
    public Acting acting() {
        try {
            Optional<String> address = trace.address();
            return address.isPresent() ? new Acting(caller(address), trace.correlation()) : node();
        } catch (ContextNotActiveException e) {
            // The node's own threads work for nobody.
            return node();
        }
    }

    private Acting node() {
        String site = settings.site().value();
        return new Acting(
                new Actor("site-node", "Node of " + site, site, "system", Kind.SYSTEM, NONE, Optional.empty()),
                UUID.randomUUID());
    }

    private Actor caller(Optional<String> address) {
        if (trace.person().isPresent()) {
            Trace.Person person = trace.person().get();
            return new Actor(
                    kept(person.subject()),
                    kept(person.name()),
                    kept(person.site()),
                    kept(person.role()),
                    Kind.USER,
                    "OpenID Connect log-in at this node's pages",
                    address);
        }
        if (!trace.hasToken()) {
            return unknown(address);
        }
        String subject = token.getSubject();
        String name = token.getName() == null || token.getName().isBlank() ? subject : token.getName();
        String roles = token.getGroups() == null ? "" : String.join(" ", new TreeSet<>(token.getGroups()));
        return new Actor(
                kept(subject),
                kept(name),
                kept(text("site")),
                kept(roles),
                Kind.USER,
                kept("OpenID Connect bearer token of client " + text("azp")),
                address);
    }

    /** Returns who it was where very many have done something, and none is named. */
    static Acting several() {
        return new Acting(unknown(Optional.empty()), UUID.randomUUID());
    }

    private static Actor unknown(Optional<String> address) {
        return new Actor("unknown", "Unknown", NONE, NONE, Kind.USER, NONE, address);
    }

    /** What the identity provider says: nobody acts unrecorded for having an odd name there. */
    private static String kept(String claim) {
        return Texts.fitting(claim, LONGEST, NONE);
    }

    private String text(String claim) {
        return token.claim(claim).map(Object::toString).orElse("").replace("\"", "");
    }
}
