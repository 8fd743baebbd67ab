// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import dev.rivulet.engine.Tokenizer;
import dev.rivulet.engine.sampling.TokenMask;
import dev.rivulet.inference.grammar.Automaton.State;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A grammar over the tokens of one model. The mask of a state is made when an answer first comes there and kept, the least
 * recently used ones are dropped. Thread-safe.
 */
public final class TokenGrammar {

    /** Memory of the masks of one grammar. */
    private static final long MASK_BYTES = 4 << 20;

    private final Automaton automaton;
    private final Vocabulary vocabulary;
    private final Tokenizer tokenizer;
    private final State start;
    private final Map<State, TokenMask> masks;
    private final State[] path;

    TokenGrammar(Grammar grammar, Vocabulary vocabulary, Tokenizer tokenizer) {
        this.automaton = new Automaton(grammar);
        this.vocabulary = vocabulary;
        this.tokenizer = tokenizer;
        this.start = automaton.start();
        this.path = new State[vocabulary.longest() + 1];
        int most = (int) Math.max(16, MASK_BYTES / (vocabulary.size() / 8 + 32));
        this.masks = new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<State, TokenMask> eldest) {
                return size() > most;
            }
        };
        mask(start);
    }

    /** A new answer. */
    public Constraint constraint() {
        return new Constraint(this, start);
    }

    synchronized TokenMask mask(State state) {
        return masks.computeIfAbsent(state, this::compute);
    }

    private TokenMask compute(State state) {
        long[] words = new long[(vocabulary.size() + 63) / 64];
        if (state.accepting()) {
            vocabulary.endTokens().forEach(token -> words[token >> 6] |= 1L << token);
        }
        path[0] = state;
        int i = 0;
        while (i < vocabulary.count()) {
            byte[] bytes = vocabulary.bytes(i);
            int at = vocabulary.common(i);
            while (at < bytes.length) {
                State next = automaton.step(path[at], bytes[at] & 0xff);
                if (automaton.isDead(next)) {
                    break;
                }
                path[++at] = next;
            }
            if (at == bytes.length) {
                int token = vocabulary.token(i);
                words[token >> 6] |= 1L << token;
            }
            i++;
            while (i < vocabulary.count() && vocabulary.common(i) > at) {
                i++;
            }
        }
        return new TokenMask(words);
    }

    /** What follows a state after a token that its mask allows. */
    synchronized State after(State state, int token) {
        State at = state;
        for (byte one : tokenizer.bytes(token)) {
            at = automaton.step(at, one & 0xff);
        }
        if (automaton.isDead(at)) {
            throw new IllegalArgumentException("token " + token + " is not allowed here");
        }
        return at;
    }
}
