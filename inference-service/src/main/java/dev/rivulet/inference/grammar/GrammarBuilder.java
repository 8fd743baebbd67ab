// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Collects the states of a grammar: rules are automata over bytes whose edges may call rules. Everything it makes is bounded by
 * its budget of states and edges, and of time.
 */
final class GrammarBuilder {

    static final int MAX_STATES = 60_000;
    private static final int MAX_EDGES = 4 * MAX_STATES;
    private static final int CHECK_EVERY = 1024;

    private final long deadline;
    private final List<int[]> bytes = new ArrayList<>();
    private final List<int[]> epsilons = new ArrayList<>();
    private final List<int[]> calls = new ArrayList<>();
    private final List<int[]> rules = new ArrayList<>();
    private int edges;

    /** @param deadline of the compilation, on the clock of {@link System#nanoTime} */
    GrammarBuilder(long deadline) {
        this.deadline = deadline;
    }

    int state() throws GrammarRefusedException {
        if (bytes.size() == MAX_STATES) {
            throw new GrammarRefusedException("", "needs more than " + MAX_STATES + " states; make it simpler");
        }
        if (bytes.size() % CHECK_EVERY == 0) {
            checkTime();
        }
        bytes.add(Grammar.NONE);
        epsilons.add(Grammar.NONE);
        calls.add(Grammar.NONE);
        return bytes.size() - 1;
    }

    void checkTime() throws GrammarRefusedException {
        if (System.nanoTime() - deadline > 0) {
            throw new GrammarRefusedException("", "takes too long to compile; make it simpler");
        }
    }

    /** A new rule; its automaton leads from {@link #start} to {@link #end}. */
    int rule() throws GrammarRefusedException {
        rules.add(new int[] {state(), state()});
        return rules.size() - 1;
    }

    int start(int rule) {
        return rules.get(rule)[0];
    }

    int end(int rule) {
        return rules.get(rule)[1];
    }

    void range(int from, int low, int high, int to) throws GrammarRefusedException {
        add(bytes, from, low, high, to);
    }

    void epsilon(int from, int to) throws GrammarRefusedException {
        add(epsilons, from, to);
    }

    void call(int from, int rule, int to) throws GrammarRefusedException {
        int[] known = calls.get(from);
        for (int i = 0; i < known.length; i += 2) {
            if (known[i] == rule && known[i + 1] == to) {
                return;
            }
        }
        add(calls, from, rule, to);
    }

    private void add(List<int[]> lists, int state, int... edge) throws GrammarRefusedException {
        if (++edges > MAX_EDGES) {
            throw new GrammarRefusedException("", "needs more than " + MAX_EDGES + " edges; make it simpler");
        }
        int[] old = lists.get(state);
        int[] more = Arrays.copyOf(old, old.length + edge.length);
        System.arraycopy(edge, 0, more, old.length, edge.length);
        lists.set(state, more);
    }

    /** Exactly this text; returns where it ends. */
    int literal(int from, String text) throws GrammarRefusedException {
        int at = from;
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            int next = state();
            range(at, one & 0xff, one & 0xff, next);
            at = next;
        }
        return at;
    }

    /** One of these code points in UTF-8. */
    void utf8(int from, CodePoints points, int to) throws GrammarRefusedException {
        for (byte[][] ends : points.utf8()) {
            sequence(from, to, ends[0], ends[1], 0);
        }
    }

    private void sequence(int from, int to, byte[] low, byte[] high, int at) throws GrammarRefusedException {
        int first = low[at] & 0xff;
        int last = high[at] & 0xff;
        if (at == low.length - 1) {
            range(from, first, last, to);
            return;
        }
        if (first == last) {
            sequence(step(from, first, first), to, low, high, at + 1);
            return;
        }
        byte[] least = low.clone();
        Arrays.fill(least, at + 1, least.length, (byte) 0x80);
        byte[] most = low.clone();
        Arrays.fill(most, at + 1, most.length, (byte) 0xbf);
        if (!Arrays.equals(low, at + 1, low.length, least, at + 1, least.length)) {
            sequence(step(from, first, first), to, low, most, at + 1);
            first++;
        }
        if (!Arrays.equals(high, at + 1, high.length, most, at + 1, most.length)) {
            sequence(step(from, last, last), to, least, high, at + 1);
            last--;
        }
        if (first <= last) {
            sequence(step(from, first, last), to, least, most, at + 1);
        }
    }

    private int step(int from, int low, int high) throws GrammarRefusedException {
        int next = state();
        range(from, low, high, next);
        return next;
    }

    Grammar build(int root) throws GrammarRefusedException {
        return Grammar.of(
                bytes.toArray(int[][]::new),
                epsilons.toArray(int[][]::new),
                calls.toArray(int[][]::new),
                rules.toArray(int[][]::new),
                root,
                this);
    }
}
