package org.consilium.server.platform;

import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import java.util.UUID;

/** What the records of one request share: an id, and where the request came from. */
@RequestScoped
public class Trace {

    private final UUID correlation = UUID.randomUUID();
    private String address;
    private boolean hasToken;
    private Person person;

    /**
     * Who is logged in at the portal's pages.
     *
     * @param subject the identity provider's name of the person
     * @param name the user name
     * @param roles those that matter here, separated by spaces
     * @param session the identity provider's name of the session
     */
    public record Person(String subject, String name, String roles, String session) {}

    /** Notes that this is a request from outside. */
    void from(String remoteAddress) {
        address = remoteAddress;
    }

    /** Notes that the request's token is good. */
    void admitted() {
        hasToken = true;
    }

    /** Notes who asks for a page. */
    void fromPage(String remoteAddress, Person who) {
        address = remoteAddress;
        person = who;
    }

    /** Returns who is logged in at the pages; nothing for a request of the API. */
    public Optional<Person> person() {
        return Optional.ofNullable(person);
    }

    /** Returns whether the request has a token that is good: only then is there a caller. */
    public boolean hasToken() {
        return hasToken;
    }

    /** Returns the address that the request came from; nothing where it is none from outside. */
    public Optional<String> address() {
        return Optional.ofNullable(address);
    }

    /** Returns the request's id. */
    public UUID correlation() {
        return correlation;
    }
}
