// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.problems;

/** Carries a {@link Problem} to the edge of a service, where it is rendered. Cheap: it has no stack trace unless it has a cause. */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        super(problem.message(), null, false, false);
        this.problem = problem;
    }

    public ProblemException(Problem problem, Throwable cause) {
        super(problem.message(), cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
