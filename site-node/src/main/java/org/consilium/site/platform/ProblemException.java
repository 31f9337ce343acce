package org.consilium.site.platform;

import org.consilium.contract.Problem;

/** A request or a job that is refused, with the problem to show. */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    /**
     * @param problem what to show
     */
    public ProblemException(Problem problem) {
        super(problem.text());
        this.problem = problem;
    }

    /**
     * @param problem what to show
     * @param cause what led to it
     */
    public ProblemException(Problem problem, Throwable cause) {
        super(problem.text(), cause);
        this.problem = problem;
    }

    /** Returns what to show. */
    public Problem problem() {
        return problem;
    }
}
