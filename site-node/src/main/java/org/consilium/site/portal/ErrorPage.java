package org.consilium.site.portal;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.consilium.contract.Problem;

/** Behind {@code error.xhtml}: why a page cannot be shown, and what to do, without a word of the node's inside. */
@Named("failure")
@RequestScoped
public class ErrorPage {

    @Inject
    HttpServletRequest request;

    /** Returns the HTTP status; 404 where the page is asked for by its own address. */
    public int getStatus() {
        return problem().status();
    }

    /** Returns what is wrong, in a few words. */
    public String getTitle() {
        return problem().title();
    }

    /** Returns what to know about it. */
    public String getDetail() {
        return problem().detail();
    }

    /** Returns what to do next. */
    public String getAction() {
        return problem().action();
    }

    private Problem problem() {
        return request.getAttribute(PageDoor.REFUSAL) instanceof Problem refusal
                ? refusal
                : of(
                        request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status
                                ? status
                                : 404);
    }

    static Problem of(int status) {
        return switch (status) {
            case 401 ->
                new Problem(
                        "login-failed",
                        status,
                        "The login did not succeed",
                        "Keycloak, or its answer, cannot be used by this node now.",
                        "Try again in a minute; if it stays, the node's messages.log says why, and the consortium's"
                                + " administrator can see whether this node's address is registered in Keycloak.");
            case 404 ->
                new Problem(
                        "page-unknown",
                        status,
                        "There is nothing at this address",
                        "This node has one page, which shows whether the site is a member of the consortium.",
                        "Go there.");
            case 403 ->
                new Problem(
                        "page-refused",
                        status,
                        "This page is not for this account",
                        "The page is for this hospital's data steward.",
                        "Sign out and log in with another account.");
            default ->
                status < 500
                        ? new Problem(
                                "page-request",
                                Math.max(400, status),
                                "This request cannot be answered",
                                "The node does not answer such a request; nothing was changed.",
                                "Start again from the overview.")
                        : new Problem(
                                "page-failed",
                                Math.min(599, status),
                                "The node could not make this page",
                                "The node has failed on this request; nothing is known to be changed.",
                                "Go to the overview and try again; if it stays, the node's messages.log says why.");
        };
    }
}
