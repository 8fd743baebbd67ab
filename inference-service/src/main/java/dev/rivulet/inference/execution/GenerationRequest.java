// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.engine.sampling.Sampling;
import dev.rivulet.engine.sampling.TokenLogprobs;
import dev.rivulet.inference.grammar.TokenGrammar;
import dev.rivulet.inference.scheduling.Terms;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to generate.
 *
 * @param prompt token ids, at least one
 * @param maxTokens most tokens to generate, at least 1; prompt and answer together fit the context
 * @param sampling how tokens are picked
 * @param seed of the sequence's own random generator
 * @param stops strings that end the answer and are not part of it, at most 4
 * @param logprobs how many likeliest tokens are reported for each token, 0 to 20; {@link #NO_LOGPROBS} reports nothing
 * @param grammar what the answer is held to
 * @param outboxCharacters text that may wait for the reader before its sequence is parked, at least 1; {@link #WHOLE} for a reader
 *     who wants the whole answer at once
 * @param terms on which it is served
 * @param media pictures in the prompt
 */
public record GenerationRequest(
        int[] prompt,
        int maxTokens,
        Sampling sampling,
        long seed,
        List<String> stops,
        int logprobs,
        @Nullable TokenGrammar grammar,
        int outboxCharacters,
        Terms terms,
        MediaTokens media) {

    public static final int NO_LOGPROBS = -1;

    public static final int WHOLE = Outbox.WHOLE;

    public GenerationRequest {
        if (prompt.length == 0 || maxTokens < 1 || outboxCharacters < 1) {
            throw new IllegalArgumentException("a generation needs a prompt, a token to generate and an outbox");
        }
        if (logprobs < NO_LOGPROBS || logprobs > TokenLogprobs.MAX_TOP) {
            throw new IllegalArgumentException("logprobs must be -1 to " + TokenLogprobs.MAX_TOP + ", was " + logprobs);
        }
        stops = List.copyOf(stops);
    }

    /** Without pictures. */
    public GenerationRequest(
            int[] prompt,
            int maxTokens,
            Sampling sampling,
            long seed,
            List<String> stops,
            int logprobs,
            @Nullable TokenGrammar grammar,
            int outboxCharacters,
            Terms terms) {
        this(prompt, maxTokens, sampling, seed, stops, logprobs, grammar, outboxCharacters, terms, MediaTokens.NONE);
    }

    /** Without log probabilities and grammar. */
    public GenerationRequest(
            int[] prompt,
            int maxTokens,
            Sampling sampling,
            long seed,
            List<String> stops,
            int outboxCharacters,
            Terms terms) {
        this(prompt, maxTokens, sampling, seed, stops, NO_LOGPROBS, null, outboxCharacters, terms);
    }

    /** The same with another seed. */
    public GenerationRequest seeded(long another) {
        return new GenerationRequest(
                prompt, maxTokens, sampling, another, stops, logprobs, grammar, outboxCharacters, terms, media);
    }
}
