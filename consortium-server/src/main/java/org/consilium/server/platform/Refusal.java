package org.consilium.server.platform;

import org.consilium.contract.Problem;

/** A request that is refused for a reason that the caller can act on; becomes the response as it is. */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    /** @param problem what the caller is told */
    public Refusal(Problem problem) {
        super(problem.text());
        this.problem = problem;
    }

    /**
     * Returns a refusal.
     *
     * @param status HTTP status, 400 to 599
     * @param code stable name in kebab case
     * @param detail names the thing and what is wrong with it
     * @param action what to do next, one sentence
     */
    public static Refusal of(int status, String code, String detail, String action) {
        return new Refusal(new Problem(code, status, code.replace('-', ' '), detail, action));
    }

    /** Returns what the caller is told. */
    public Problem problem() {
        return problem;
    }
}
