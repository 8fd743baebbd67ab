// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Rules over bytes, a pushdown automaton. A state that can't lead to an end within {@link #MAX_DEPTH} calls counts as no state at
 * all, so what is begun can always be finished.
 *
 * @param bytes per state, triples of first byte, last byte and next state
 * @param epsilons per state, next states
 * @param calls per state, pairs of a rule and the state after it
 * @param rules start and end of each
 * @param need per state, how many calls deep the shallowest way to the end of its rule goes
 */
record Grammar(int[][] bytes, int[][] epsilons, int[][] calls, int[][] rules, boolean[] ends, int[] need, int root) {

    static final int[] NONE = {};

    /** Deepest nesting of calls. */
    static final int MAX_DEPTH = 64;

    private static final int NEVER = Integer.MAX_VALUE / 2;

    static Grammar of(int[][] bytes, int[][] epsilons, int[][] calls, int[][] rules, int root, GrammarBuilder budget)
            throws GrammarRefusedException {
        boolean[] ends = new boolean[bytes.length];
        int[] need = new int[bytes.length];
        Arrays.fill(need, NEVER);
        for (int[] rule : rules) {
            ends[rule[1]] = true;
            need[rule[1]] = 0;
        }
        Grammar grammar = new Grammar(bytes, epsilons, calls, rules, ends, need, root);
        while (grammar.relax()) {
            budget.checkTime();
        }
        grammar.refuseLeftRecursion();
        if (need[rules[root][0]] > MAX_DEPTH) {
            throw new GrammarRefusedException("", "has no finite answer within " + MAX_DEPTH + " levels");
        }
        return grammar;
    }

    private boolean relax() {
        boolean changed = false;
        for (int state = need.length - 1; state >= 0; state--) {
            int least = need[state];
            for (int i = 2; i < bytes[state].length; i += 3) {
                least = Math.min(least, need[bytes[state][i]]);
            }
            for (int next : epsilons[state]) {
                least = Math.min(least, need[next]);
            }
            for (int i = 0; i < calls[state].length; i += 2) {
                int callee = need[rules[calls[state][i]][0]];
                least = Math.min(least, Math.max(callee + 1, need[calls[state][i + 1]]));
            }
            changed |= least < need[state];
            need[state] = least;
        }
        return changed;
    }

    /** A rule that calls itself before it has read a byte would never end. */
    private void refuseLeftRecursion() throws GrammarRefusedException {
        byte[] marks = new byte[rules.length];
        for (int rule = 0; rule < rules.length; rule++) {
            visit(rule, marks);
        }
    }

    private void visit(int rule, byte[] marks) throws GrammarRefusedException {
        if (marks[rule] == 2) {
            return;
        }
        if (marks[rule] == 1) {
            throw new GrammarRefusedException("", "refers to itself without a value between");
        }
        marks[rule] = 1;
        Set<Integer> seen = new HashSet<>();
        Deque<Integer> open = new ArrayDeque<>();
        open.push(rules[rule][0]);
        while (!open.isEmpty()) {
            int state = open.pop();
            if (!seen.add(state)) {
                continue;
            }
            for (int i = 0; i < calls[state].length; i += 2) {
                visit(calls[state][i], marks);
            }
            for (int next : epsilons[state]) {
                open.push(next);
            }
        }
        marks[rule] = 2;
    }
}
