package org.consilium.server.portal;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;

/** Behind {@code error.xhtml}: why a page cannot be shown, and what to do, without a word of the server's inside. */
@Named("failure")
@RequestScoped
public class ErrorPage {

    @Inject
    HttpServletRequest request;

    /** Returns the HTTP status; 404 where the page is asked for by its own address. */
    public int getStatus() {
        return request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status ? status : 404;
    }

    /** Returns what is wrong, in a few words. */
    public String getTitle() {
        return switch (getStatus()) {
            case 403 -> "This account may not see the consortium";
            case 404 -> "There is nothing at this address";
            case 503 -> "The server is not ready";
            default -> getStatus() >= 500 ? "The server could not make this page" : "This request cannot be answered";
        };
    }

    /** Returns what to know about it. */
    public String getDetail() {
        return switch (getStatus()) {
            case 403 ->
                "The portal is for coordinators, administrators and auditors. The account has none of these roles.";
            case 404 -> "The address is mistyped, or the study that it names is not on this server.";
            case 503 -> "Its database or Keycloak does not answer now. Studies go on by themselves when it is back.";
            default -> "Nothing was changed.";
        };
    }

    /** Returns what to do next. */
    public String getAction() {
        return switch (getStatus()) {
            case 403 -> "Sign out and sign in with another account, or ask the administrator for a role in Keycloak.";
            case 404 -> "The overview lists every study.";
            case 503 -> "Try again in a few seconds; /health/ready says what is missing.";
            default ->
                getStatus() >= 500
                        ? "Try again; if it stays, the operator finds the reason in the server's log."
                        : "Start again from the overview.";
        };
    }
}
