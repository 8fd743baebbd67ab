// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.engine.sampling.TokenLogprobs;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * The log probabilities of one answer's tokens, held back as its text is: a token that lies behind a stop string is not part of
 * the answer. For one thread at a time.
 */
final class TokenScores {

    private final int alternatives;
    private final Queue<ScoredToken> held = new ArrayDeque<>();
    private int decoded;
    private int shown;

    /** @param alternatives as in {@link GenerationRequest#logprobs()} */
    TokenScores(int alternatives) {
        this.alternatives = alternatives;
    }

    private boolean asked() {
        return alternatives != GenerationRequest.NO_LOGPROBS;
    }

    void picked(FloatBuffer logits, int offset, int size, int token) {
        if (asked()) {
            held.add(new ScoredToken(TokenLogprobs.of(logits, offset, size, token, alternatives), decoded));
        }
    }

    /** Text that the tokens until now came to, and what of it the reader may see; returns the tokens of that. */
    List<ScoredToken> shown(int decodedMore, int shownMore) {
        decoded += decodedMore;
        shown += shownMore;
        if (held.isEmpty()) {
            return List.of();
        }
        List<ScoredToken> free = new ArrayList<>();
        while (!held.isEmpty() && (decoded == shown || held.element().offset() < shown)) {
            free.add(held.remove());
        }
        return free;
    }
}
