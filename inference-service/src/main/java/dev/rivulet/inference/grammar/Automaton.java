// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The deterministic automaton of a grammar, made state by state as bytes ask for it and thrown away when it holds too many, as
 * RE2 does. A state stands for every stack of calls the grammar may be in. Not thread-safe.
 */
final class Automaton {

    /** Most stacks of one state; further ones are dropped, which takes answers away and never adds a wrong one. */
    private static final int MAX_THREADS = 2_000;

    private static final int MAX_STATES = 4_000;

    private final Grammar grammar;
    private final Map<Long, Frame> frames = new HashMap<>();
    private final Map<Key, State> states = new HashMap<>();
    private final State dead = new State(new int[0], new Frame[0], false);
    private int frameIds = 1;

    /** A call that waits to return. Depth 0 is the bottom. */
    private record Frame(int id, int returnTo, @Nullable Frame parent, int depth) {}

    private record Key(long[] threads, boolean accepting) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && accepting == key.accepting && Arrays.equals(threads, key.threads);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(threads) + Boolean.hashCode(accepting);
        }
    }

    /** All that may follow some bytes. */
    static final class State {
        private final int[] positions;
        private final Frame[] stacks;
        private final boolean accepting;
        private final @Nullable State[] next = new State[256];

        private State(int[] positions, Frame[] stacks, boolean accepting) {
            this.positions = positions;
            this.stacks = stacks;
            this.accepting = accepting;
        }

        /** Whether the bytes until here are an answer. */
        boolean accepting() {
            return accepting;
        }

        /** Whether nothing may follow. */
        boolean last() {
            return positions.length == 0;
        }
    }

    private static final Frame BOTTOM = new Frame(0, -1, null, 0);

    Automaton(Grammar grammar) {
        this.grammar = grammar;
    }

    State start() {
        Closure closure = new Closure();
        closure.add(grammar.rules()[grammar.root()][0], BOTTOM);
        return closure.state();
    }

    boolean isDead(State state) {
        return state == dead;
    }

    /** What follows {@code state} after a byte, 0 to 255. */
    State step(State state, int one) {
        State next = state.next[one];
        if (next == null) {
            next = compute(state, one);
            state.next[one] = next;
        }
        return next;
    }

    private State compute(State state, int one) {
        Closure closure = new Closure();
        for (int i = 0; i < state.positions.length; i++) {
            int[] edges = grammar.bytes()[state.positions[i]];
            for (int edge = 0; edge < edges.length; edge += 3) {
                if (edges[edge] <= one && one <= edges[edge + 1]) {
                    closure.add(edges[edge + 2], state.stacks[i]);
                }
            }
        }
        return closure.state();
    }

    /** Everything that can be reached without a byte. */
    private final class Closure {
        private final Set<Long> seen = new HashSet<>();
        private final TreeMap<Long, Frame> threads = new TreeMap<>();
        private final ArrayDeque<Integer> positions = new ArrayDeque<>();
        private final ArrayDeque<Frame> stacks = new ArrayDeque<>();
        private boolean accepting;

        void add(int position, Frame stack) {
            push(position, stack);
            while (!positions.isEmpty()) {
                expand(positions.pop(), stacks.pop());
            }
        }

        private void push(int position, Frame stack) {
            boolean finishes = grammar.need()[position] + stack.depth() <= Grammar.MAX_DEPTH;
            if (finishes && threads.size() < MAX_THREADS && seen.add(key(position, stack))) {
                positions.push(position);
                stacks.push(stack);
            }
        }

        private void expand(int position, Frame stack) {
            if (grammar.ends()[position]) {
                Frame parent = stack.parent();
                if (parent == null) {
                    accepting = true;
                } else {
                    push(stack.returnTo(), parent);
                }
            }
            for (int next : grammar.epsilons()[position]) {
                push(next, stack);
            }
            int[] calls = grammar.calls()[position];
            for (int i = 0; i < calls.length; i += 2) {
                if (grammar.need()[calls[i + 1]] + stack.depth() <= Grammar.MAX_DEPTH) {
                    push(grammar.rules()[calls[i]][0], frame(calls[i + 1], stack));
                }
            }
            if (grammar.bytes()[position].length > 0) {
                threads.put(key(position, stack), stack);
            }
        }

        State state() {
            if (threads.isEmpty() && !accepting) {
                return dead;
            }
            long[] keys = threads.keySet().stream().mapToLong(Long::longValue).toArray();
            if (states.size() >= MAX_STATES) {
                states.values().forEach(state -> Arrays.fill(state.next, null));
                states.clear();
                frames.clear();
            }
            return states.computeIfAbsent(new Key(keys, accepting), key -> {
                int[] at =
                        Arrays.stream(keys).mapToInt(one -> (int) (one >> 32)).toArray();
                return new State(at, threads.values().toArray(Frame[]::new), accepting);
            });
        }
    }

    private static long key(int position, Frame stack) {
        return (long) position << 32 | stack.id();
    }

    private Frame frame(int returnTo, Frame parent) {
        long key = (long) returnTo << 32 | parent.id();
        Frame known = frames.get(key);
        if (known == null) {
            known = new Frame(frameIds++, returnTo, parent, parent.depth() + 1);
            frames.put(key, known);
        }
        return known;
    }
}
