// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import dev.rivulet.engine.sampling.TokenMask;
import dev.rivulet.inference.grammar.Automaton.State;

/** Where one answer is in its grammar. For one thread at a time. */
public final class Constraint {

    private final TokenGrammar grammar;
    private State state;

    Constraint(TokenGrammar grammar, State start) {
        this.grammar = grammar;
        this.state = start;
    }

    /** The tokens that may come next; end tokens only where the answer is whole. Empty only for a vocabulary that lacks bytes. */
    public TokenMask mask() {
        return grammar.mask(state);
    }

    /**
     * Takes a token that isn't an end token.
     *
     * @throws IllegalArgumentException if the mask didn't allow it
     */
    public void accept(int token) {
        state = grammar.after(state, token);
    }

    /** Whether the answer is whole and nothing may follow. */
    public boolean complete() {
        return state.accepting() && state.last();
    }
}
