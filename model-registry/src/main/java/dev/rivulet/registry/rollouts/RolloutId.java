// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** The name of a rollout, unique in the registry. */
public record RolloutId(@JsonValue String value) {

    private static final Pattern FORM = Pattern.compile("r-[0-9a-f]{16}");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public RolloutId {
        if (!FORM.matcher(value).matches()) {
            throw new ProblemException(Problem.at(
                    ProblemCode.INVALID_VALUE, "rollout", "A rollout's id is r- and 16 hexadecimal digits."));
        }
    }

    static RolloutId random(RandomGenerator random) {
        return new RolloutId(String.format("r-%016x", random.nextLong()));
    }

    @Override
    public String toString() {
        return value;
    }
}
