// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import dev.rivulet.problems.ProblemCategory;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;

/** Whose failure it is that a model has not answered. */
public final class Blame {

    private Blame() {}

    /** Whether it is that of who asked: what one key may not ask says nothing of the model, which others ask too. */
    public static boolean isOfCaller(Throwable why) {
        return why instanceof ProblemException known
                && (known.problem().code().category() == ProblemCategory.CALLER
                        || known.problem().code() == ProblemCode.RATE_LIMIT_EXCEEDED);
    }
}
