package org.consilium.quickstart;

import org.consilium.contract.Problem;

/** A server's or site node's refusal: its problem's text, with who refused what. */
final class ApiRefusal extends CommandFailure {

    /** Code of a refusal that says nothing of its own. */
    static final String NO_DOCUMENT = "no-problem-document";

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    /**
     * @param request who was asked for what
     * @param problem the answer
     */
    ApiRefusal(String request, Problem problem) {
        super(request + " was refused (" + problem.status() + " " + problem.code() + "): " + problem.text());
        this.problem = problem;
    }

    /**
     * Returns whether the same request may be answered later: a server whose application is still starting answers 404
     * without a problem document, one whose database is away 503.
     */
    boolean mayPass() {
        return problem.status() >= 500 || problem.code().equals(NO_DOCUMENT);
    }

    /** Returns the answer. */
    Problem problem() {
        return problem;
    }
}
