package org.consilium.server.portal;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.consilium.server.platform.Caller;

/** Who is signed in to the pages, for their header. */
@Named("person")
@RequestScoped
public class Person {

    @Inject
    HttpServletRequest request;

    /** Returns the user name, empty where nobody is signed in. */
    public String getName() {
        return request.getRemoteUser() == null ? "" : request.getRemoteUser();
    }

    /** Returns whether somebody is signed in. */
    public boolean isKnown() {
        return !getName().isEmpty();
    }

    /** Returns the roles that matter here, in words. */
    public String getRoles() {
        String roles = Stream.of(Caller.COORDINATOR, Caller.ADMINISTRATOR, Caller.AUDITOR)
                .filter(request::isUserInRole)
                .collect(Collectors.joining(", "));
        return roles.isEmpty() ? "no role in this consortium" : "as " + roles;
    }
}
