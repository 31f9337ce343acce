package org.consilium.site.portal;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;

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

    /** Returns the role that matters here, in words. */
    public String getRoles() {
        return request.isUserInRole("steward") ? "as steward" : "not a steward";
    }
}
