package dev.rivulet.inference.execution;

import dev.rivulet.engine.sampling.Sampling;
import dev.rivulet.inference.scheduling.Terms;
import java.util.List;

/**
 * What to generate.
 *
 * @param prompt token ids, at least one
 * @param maxTokens most tokens to generate, at least 1; prompt and answer together fit the context
 * @param sampling how tokens are picked
 * @param seed of the sequence's own random generator
 * @param stops strings that end the answer and are not part of it, at most 4
 * @param outboxCharacters text that may wait for the reader before its sequence is parked, at least 1; {@link #WHOLE} for a reader
 *     who wants the whole answer at once
 * @param terms on which it is served
 */
public record GenerationRequest(
        int[] prompt,
        int maxTokens,
        Sampling sampling,
        long seed,
        List<String> stops,
        int outboxCharacters,
        Terms terms) {

    public static final int WHOLE = Outbox.WHOLE;

    public GenerationRequest {
        if (prompt.length == 0 || maxTokens < 1 || outboxCharacters < 1) {
            throw new IllegalArgumentException("a generation needs a prompt, a token to generate and an outbox");
        }
        stops = List.copyOf(stops);
    }
}
