// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.engine.Detokenizer;
import dev.rivulet.engine.SoftTokens;
import dev.rivulet.engine.sampling.Sampler;
import dev.rivulet.engine.sampling.TokenMask;
import dev.rivulet.inference.execution.Ending.FinishReason;
import dev.rivulet.inference.execution.Ending.Usage;
import dev.rivulet.inference.grammar.Constraint;
import dev.rivulet.inference.grammar.TokenGrammar;
import dev.rivulet.inference.scheduling.BlockHash;
import dev.rivulet.inference.scheduling.Progress;
import dev.rivulet.inference.scheduling.SequenceId;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The tokens and the text of one sequence. Owned by the loop thread. */
final class ActiveSequence {

    /** The sampler takes a token without a finite logit only if all that are allowed are so. */
    private static final String NO_NUMBERS =
            "The model's scores for the next token are no numbers: the weights of this version are"
                    + " damaged for what the request says.";

    private final SequenceId id;
    private final GenerationRequest request;
    private final Sampler sampler;
    private final Detokenizer detokenizer;
    private final StopStrings stops;
    private final TokenScores scores;
    private final @Nullable Constraint constraint;
    private final Set<Integer> endTokens;
    private final Outbox outbox;
    private final Consumer<Ending> whenEnded;
    private final BlockHasher hasher;
    private final Drafter drafter;
    private final int adapter;
    private final long submitted;
    private int[] tokens;
    private int length;
    private long seated;
    private long firstToken;
    private int cached;
    private int drafted;
    private int accepted;
    private @Nullable Ending ending;

    ActiveSequence(
            SequenceId id,
            GenerationRequest request,
            Detokenizer detokenizer,
            Set<Integer> endTokens,
            Outbox outbox,
            Consumer<Ending> whenEnded,
            BlockHasher hasher,
            Drafter drafter,
            int adapter,
            long submitted) {
        this.id = id;
        this.request = request;
        this.sampler = new Sampler(request.sampling(), new SplittableRandom(request.seed()), request.prompt());
        TokenGrammar grammar = request.grammar();
        this.constraint = grammar == null ? null : grammar.constraint();
        this.scores = new TokenScores(request.logprobs());
        this.detokenizer = detokenizer;
        this.stops = new StopStrings(request.stops());
        this.endTokens = endTokens;
        this.outbox = outbox;
        this.whenEnded = whenEnded;
        this.hasher = hasher;
        this.drafter = drafter;
        this.adapter = adapter;
        this.submitted = submitted;
        this.tokens = Arrays.copyOf(request.prompt(), request.prompt().length + Math.min(64, request.maxTokens()));
        this.length = request.prompt().length;
    }

    SequenceId id() {
        return id;
    }

    /** The adapter of the model that its steps use. */
    int adapter() {
        return adapter;
    }

    /** Rows of pictures of its prompt. */
    SoftTokens soft() {
        return request.media().soft();
    }

    int promptTokens() {
        return request.prompt().length;
    }

    int generated() {
        return length - request.prompt().length;
    }

    int total() {
        return length;
    }

    int newest() {
        return tokens[length - 1];
    }

    int[] tokens(int from, int count) {
        return Arrays.copyOfRange(tokens, from, from + count);
    }

    void seated(long at) {
        seated = seated == 0 ? at : seated;
        cached = generated() == 0 ? 0 : cached;
    }

    /** So many positions needed no prefill; what an evicted sequence finds again of its own doesn't count. */
    void reused(int positions) {
        cached += generated() == 0 ? positions : 0;
    }

    /** Picks the next token and passes its text on. {@code computed} positions of the slot are valid. */
    Progress pick(FloatBuffer logits, int offset, int vocabularySize, int computed, long at) {
        boolean reading = next(logits, offset, vocabularySize, at);
        return progress(computed, reading);
    }

    /**
     * Picks a token from each row while those before it turned out as drafted: the same tokens, from the same logits and the same
     * random numbers, as one by one. A sampled token that differs from the draft is what the rejection rule for a draft without
     * chance gives (Leviathan et al. 2023): it is drawn from the model's own distribution.
     *
     * @param logits after the newest token and after each drafted one
     * @param computed positions of the slot that are valid after the newest token
     */
    Progress verify(FloatBuffer logits, int vocabularySize, int[] draft, int computed, long at) {
        int kept = 0;
        boolean reading = next(logits, 0, vocabularySize, at);
        while (reading && ending == null && kept < draft.length && newest() == draft[kept]) {
            kept++;
            reading = next(logits, kept * vocabularySize, vocabularySize, at);
        }
        drafted += draft.length;
        accepted += kept;
        return progress(computed + kept, reading);
    }

    private Progress progress(int computed, boolean reading) {
        List<BlockHash> blocks = hasher.upTo(tokens, length);
        boolean ended = ending != null;
        return new Progress(id, computed, generated(), reading, ended, blocks, ended ? 0 : drafter.available(this));
    }

    /** Tokens that a draft may have: the one after it is picked anyhow. */
    int draftable() {
        return request.maxTokens() - generated() - 1;
    }

    /** Its tokens until now, {@link #total()} of them; not to be changed. */
    int[] tokens() {
        return tokens;
    }

    /** Whether the reader has room for more text. */
    private boolean next(FloatBuffer logits, int offset, int vocabularySize, long at) {
        TokenMask mask = constraint == null ? null : constraint.mask();
        if (mask != null && mask.count() == 0) {
            fail(
                    Problem.of(
                            ProblemCode.INTERNAL_ERROR, "The model has no token for what the answer must go on with."),
                    at);
            return true;
        }
        int token = sampler.pick(logits, offset, vocabularySize, mask);
        if (!Float.isFinite(logits.get(offset + token))) {
            fail(Problem.of(ProblemCode.INTERNAL_ERROR, NO_NUMBERS), at);
            return true;
        }
        firstToken = firstToken == 0 ? at : firstToken;
        append(token);
        return endTokens.contains(token)
                ? finish(FinishReason.STOP, at)
                : pass(token, logits, offset, vocabularySize, at);
    }

    private boolean pass(int token, FloatBuffer logits, int offset, int vocabularySize, long at) {
        sampler.accept(token);
        scores.picked(logits, offset, vocabularySize, token);
        String decoded = detokenizer.append(token);
        String text = stops.append(decoded);
        boolean room = outbox.add(text, scores.shown(decoded.length(), text.length()));
        if (stops.found() || complete(token)) {
            return finish(FinishReason.STOP, at);
        }
        return generated() >= request.maxTokens() ? finish(FinishReason.LENGTH, at) : room;
    }

    /** Whether the grammar lets nothing follow. */
    private boolean complete(int token) {
        if (constraint == null) {
            return false;
        }
        constraint.accept(token);
        return constraint.complete();
    }

    private boolean finish(FinishReason reason, long at) {
        String decoded = detokenizer.flush();
        String rest = stops.append(decoded);
        FinishReason why = stops.found() ? FinishReason.STOP : reason;
        String text = rest + stops.flush();
        end(text, scores.shown(decoded.length(), text.length()), new Ending.Finished(why, usage(), times(at)));
        return true;
    }

    private void append(int token) {
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.min(2 * length, request.prompt().length + request.maxTokens()));
        }
        tokens[length++] = token;
    }

    void fail(Problem problem, long at) {
        end("", List.of(), new Ending.Failed(problem, usage(), times(at)));
    }

    void cancel(long at) {
        end("", List.of(), new Ending.Cancelled(usage(), times(at)));
    }

    private void end(String text, List<ScoredToken> scored, Ending how) {
        ending = how;
        outbox.end(text, scored, how);
    }

    boolean ended() {
        return ending != null;
    }

    /** Tells those who want to know how it ended. */
    void left(Consumer<Ending> listener) {
        if (ending != null) {
            listener.accept(ending);
            whenEnded.accept(ending);
        }
    }

    Usage usage() {
        return new Usage(promptTokens(), generated(), cached, drafted, accepted);
    }

    StageTimes times(long at) {
        return new StageTimes(submitted, seated, firstToken, at);
    }
}
