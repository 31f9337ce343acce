package org.consilium.site.platform;

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
     * Who is logged in at the pages.
     *
     * @param subject the identity provider's name of the person
     * @param name as it is printed
     * @param site for which the person speaks, or empty
     * @param role in which the person comes, or empty
     */
    public record Person(String subject, String name, String site, String role) {}

    /** Notes that this is a request from outside. */
    void from(String remoteAddress) {
        address = remoteAddress;
    }

    /** Notes that this is a request for a page, from outside, by somebody who is logged in. */
    public void fromPage(String remoteAddress, Person visitor) {
        address = remoteAddress;
        person = visitor;
    }

    /** Returns who asks for a page; nothing where the request is none for a page. */
    public Optional<Person> person() {
        return Optional.ofNullable(person);
    }

    /** Notes that the request's token is good. */
    void admitted() {
        hasToken = true;
    }

    /** Returns whether the request has a token that is good: to ask for one that is not there is logged as an error. */
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
