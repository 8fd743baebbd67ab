// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import dev.rivulet.engine.Tokenizer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The grammars that answers of one model were asked for, the least recently used ones forgotten. Thread-safe. */
public final class Grammars {

    private static final int MAX_KEPT = 32;
    private static final Duration MAX_TIME = Duration.ofSeconds(3);

    private final Tokenizer tokenizer;
    private final int size;
    private final Set<Integer> endTokens;
    private @Nullable Vocabulary vocabulary;
    private final Map<String, TokenGrammar> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TokenGrammar> eldest) {
            return size() > MAX_KEPT;
        }
    };

    /**
     * @param size number of logits of the model
     * @param endTokens that end an answer
     */
    public Grammars(Tokenizer tokenizer, int size, Set<Integer> endTokens) {
        this.tokenizer = tokenizer;
        this.size = size;
        this.endTokens = Set.copyOf(endTokens);
    }

    /**
     * The grammar of a form, compiled if it is new.
     *
     * @throws GrammarRefusedException if the form is malformed, not supported, or beyond the budget of 60,000 states and 3 s
     */
    public TokenGrammar of(AnswerForm form) throws GrammarRefusedException {
        String key = key(form);
        TokenGrammar known = known(key);
        if (known != null) {
            return known;
        }
        TokenGrammar made = new TokenGrammar(compile(form), vocabulary(), tokenizer);
        synchronized (this) {
            TokenGrammar other = kept.putIfAbsent(key, made);
            return other != null ? other : made;
        }
    }

    private synchronized @Nullable TokenGrammar known(String key) {
        return kept.get(key);
    }

    private synchronized Vocabulary vocabulary() {
        if (vocabulary == null) {
            vocabulary = new Vocabulary(tokenizer, size, endTokens);
        }
        return vocabulary;
    }

    private static String key(AnswerForm form) {
        return switch (form) {
            case AnswerForm.AnyObject ignored -> "object";
            case AnswerForm.Schema schema -> "schema " + schema.schema();
            case AnswerForm.Calls calls -> "calls " + calls;
            case AnswerForm.Matching matching -> "regex " + matching.expression();
        };
    }

    static Grammar compile(AnswerForm form) throws GrammarRefusedException {
        GrammarBuilder builder = new GrammarBuilder(System.nanoTime() + MAX_TIME.toNanos());
        return switch (form) {
            case AnswerForm.AnyObject ignored -> builder.build(new JsonRules(builder).object());
            case AnswerForm.Schema schema -> builder.build(new SchemaCompiler(schema.schema(), builder).compile());
            case AnswerForm.Calls calls -> builder.build(new CallsCompiler(builder).compile(calls));
            case AnswerForm.Matching matching -> builder.build(new JsonRules(builder).matching(matching.expression()));
        };
    }
}
