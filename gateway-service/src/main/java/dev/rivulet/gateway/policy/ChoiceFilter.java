// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.gateway.policy.AnswerTexts.Leaf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Filters one choice of a stream. A chunk passes once all of its text is decided; one without likelihoods of its tokens passes as far
 * as it is, so that no long one is held back for its end. Used by one thread at a time.
 */
final class ChoiceFilter {

    private static final int MOST_TEXTS = 256;

    /** A text that comes in chunks. */
    private static final class Told {

        private final TextFilter filter;
        private final Deque<Piece> held = new ArrayDeque<>();
        private int length;

        Told(TextFilter filter) {
            this.filter = filter;
        }
    }

    /** What one chunk adds to a text. */
    private static final class Piece {

        private final String text;
        private final int to;
        private Chunk chunk;
        private Leaf leaf;
        private int from;

        Piece(Chunk chunk, Leaf leaf, int from) {
            this.chunk = chunk;
            this.leaf = leaf;
            this.text = leaf.text();
            this.from = from;
            this.to = from + text.length();
        }

        boolean isCut() {
            return to - from < text.length();
        }

        /** What the chunk tells beside its text has been told. */
        void alone() {
            chunk = chunk.only(leaf);
            leaf = AnswerTexts.of(chunk.choice()).getFirst();
        }
    }

    private final List<Rule> rules;
    private final Findings findings;
    private final Map<String, Told> texts = new LinkedHashMap<>();
    private @Nullable Chunk latest;
    private boolean blocked;

    ChoiceFilter(List<Rule> rules, Findings findings) {
        this.rules = rules;
        this.findings = findings;
    }

    /** Takes a chunk; adds what passes now. */
    void accept(Chunk chunk, List<String> out) {
        if (blocked) {
            afterBlock(chunk, out);
            return;
        }
        for (Chunk part : chunk.parts()) {
            if (blocked) {
                afterBlock(part, out);
            } else {
                part(part, out);
            }
        }
    }

    /** Nothing more comes of it. */
    void end(List<String> out) {
        for (Told told : List.copyOf(texts.values())) {
            if (!blocked) {
                told.filter.end();
                pass(told, out);
            }
        }
        texts.clear();
    }

    private void part(Chunk chunk, List<String> out) {
        List<Leaf> leaves = AnswerTexts.of(chunk.choice());
        if (leaves.isEmpty()) {
            if (chunk.ends()) {
                end(out);
            }
            if (blocked) {
                afterBlock(chunk, out);
            } else {
                out.add(chunk.event(false));
            }
            return;
        }
        latest = chunk;
        Leaf leaf = leaves.getFirst();
        Told told = told(leaf.path());
        Piece piece = new Piece(chunk, leaf, told.length);
        told.held.add(piece);
        for (int from = 0; from < piece.text.length() && !blocked; from += TextFilter.STEP) {
            told.filter.append(piece.text.substring(from, Math.min(piece.text.length(), from + TextFilter.STEP)));
        }
        told.length = piece.to;
        pass(told, out);
    }

    private Told told(String path) {
        Told known = texts.get(path);
        if (known != null) {
            return known;
        }
        if (texts.size() >= MOST_TEXTS) {
            throw StreamFilter.unreadable();
        }
        Told fresh = new Told(new TextFilter(rules, findings));
        texts.put(path, fresh);
        return fresh;
    }

    private void pass(Told told, List<String> out) {
        int decided = told.filter.decided();
        boolean ends = told.filter.isBlocked();
        while (!told.held.isEmpty()) {
            Piece piece = told.held.peek();
            if (piece.to <= decided) {
                told.held.remove();
                whole(told, piece, out);
            } else {
                if (decided > piece.from && (ends || !piece.chunk.hasLikelihoods())) {
                    begun(told, piece, decided, out);
                }
                break;
            }
        }
        if (ends) {
            block(out);
        }
    }

    /** The rest of a piece, or all of it. */
    private static void whole(Told told, Piece piece, List<String> out) {
        String shown = told.filter.shown(piece.from, piece.to);
        boolean changed = piece.isCut() || !shown.equals(piece.text);
        if (changed) {
            piece.leaf.replace(shown);
            piece.chunk.choice().putNull("logprobs");
        }
        if (!shown.isEmpty() || piece.chunk.tellsMore()) {
            out.add(piece.chunk.event(changed));
        }
    }

    /** As much of a piece as is decided. What the chunk tells beside its text is told with it, once. */
    private static void begun(Told told, Piece piece, int decided, List<String> out) {
        String shown = told.filter.shown(piece.from, decided);
        piece.from = decided;
        ObjectNode choice = piece.chunk.choice();
        if (!shown.isEmpty()) {
            piece.leaf.replace(shown);
            choice.putNull("logprobs");
            out.add(piece.chunk.event(true));
            piece.alone();
        }
    }

    private void block(List<String> out) {
        blocked = true;
        texts.clear();
        if (latest != null) {
            out.add(SseEvents.event(latest.skeleton("content_filter").toString()));
        }
    }

    /** Of what comes after the end only the count of tokens passes. */
    private static void afterBlock(Chunk chunk, List<String> out) {
        if (chunk.node().path("usage").isObject()) {
            chunk.node().putArray("choices");
            out.add(chunk.event(true));
        }
    }
}
