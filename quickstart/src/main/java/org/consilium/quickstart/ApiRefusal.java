package org.consilium.quickstart;

import org.consilium.contract.Problem;

/** A server's or site node's refusal: its problem's text, with who refused what. */
final class ApiRefusal extends CommandFailure {

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

    /** Returns the answer. */
    Problem problem() {
        return problem;
    }
}
