// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.stages;

import dev.rivulet.access.TokenDigests;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Tells people apart by a token of their own; the token that services share proves nobody's name. */
@Component
public class Principals {

    private final TokenDigests tokens;

    Principals(StagesSettings settings) {
        this.tokens = new TokenDigests(settings.principals());
    }

    /**
     * Whose token it is. Takes the same time wherever the first difference is.
     *
     * @throws ProblemException {@code insufficient_scope} if it is nobody's
     */
    public String of(@Nullable String token) {
        return Optional.ofNullable(token)
                .flatMap(tokens::holder)
                .orElseThrow(() -> new ProblemException(Problem.of(
                        ProblemCode.INSUFFICIENT_SCOPE,
                        "Show your own token in the header X-Rivulet-Principal-Token; people and the SHA-256 of their tokens"
                                + " are set as rivulet.stages.principals.")));
    }
}
