// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.cascade;

import dev.rivulet.gateway.cascade.CascadeProperties.Escalation;
import dev.rivulet.gateway.exchange.ChatChunks;
import dev.rivulet.gateway.exchange.SseEvents;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds back the first events of one stream until they have been judged, then lets all pass. At most 64 KB are held back: what is
 * longer is taken as it is. Used by one thread at a time.
 */
final class HoldBack {

    private static final int MOST_HELD = 65_536;
    private static final int LONGEST_TEXT = 65_536;

    /** The answer is not good enough; the next model is to be asked. */
    static final class PoorAnswerException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PoorAnswerException() {
            super("the answer is not good enough", null, false, false);
        }
    }

    private final JsonMapper json;
    private final Question question;
    private final @Nullable Escalation rule;
    private final Judge judge;
    private final int tokens;
    private final boolean strips;
    private final Runnable accepted;
    private final Confidence confidence = new Confidence();
    private final List<String> held = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private int heldLength;
    private boolean passing;

    /**
     * @param rule null if the stream is taken as it is
     * @param tokens how many are judged
     * @param strips whether the likelihoods are left out of what passes
     * @param accepted run when the first event passes
     */
    HoldBack(Question question, @Nullable Escalation rule, Judge judge, int tokens, boolean strips, Runnable accepted) {
        this.json = question.json();
        this.question = question;
        this.rule = rule;
        this.judge = judge;
        this.tokens = tokens;
        this.strips = strips;
        this.accepted = accepted;
    }

    /** Whether anything has passed. */
    boolean hasPassed() {
        return passing;
    }

    /** The answer's text so far, up to 64 KB and one character of what is beyond. */
    String text() {
        return text.toString();
    }

    /** The answer is longer than can be kept. */
    boolean isLong() {
        return text.length() > LONGEST_TEXT;
    }

    /**
     * Takes an event.
     *
     * @return what passes now; fails with a {@link PoorAnswerException}, or with an {@link IOException} where the event is an
     *     error
     */
    List<String> accept(String event) {
        boolean ends = false;
        String passed = event;
        if (SseEvents.data(event) instanceof String data) {
            ends = data.equals(ChatChunks.DONE);
            ObjectNode chunk = ends ? null : chunk(data);
            if (chunk != null) {
                requireNoError(chunk);
                ends = note(chunk);
                passed = strips && stripped(chunk) ? SseEvents.event(chunk.toString()) : event;
            }
        }
        if (passing) {
            return List.of(passed);
        }
        held.add(passed);
        heldLength += passed.length();
        boolean enough = ends || heldLength > MOST_HELD || isEnough();
        return enough ? judged(ends) : List.of();
    }

    /** What is left when the stream has ended without a word. */
    List<String> rest() {
        return passing ? List.of() : judged(true);
    }

    private boolean isEnough() {
        return rule == null ? !text.isEmpty() || heldLength > 0 : !rule.byText() && confidence.tokens() >= tokens;
    }

    private List<String> judged(boolean whole) {
        if (rule != null) {
            Escalation now = whole || !rule.byText()
                    ? rule
                    : new Escalation(rule.meanLogprob(), rule.entropy(), null, false, null);
            if (judge.isPoor(now, question, confidence, text.toString())) {
                throw new PoorAnswerException();
            }
        }
        passing = true;
        accepted.run();
        List<String> all = List.copyOf(held);
        held.clear();
        return all;
    }

    /** Takes what a chunk says of the first choice; whether it is its last one. */
    private boolean note(ObjectNode chunk) {
        boolean ends = false;
        for (JsonNode choice : chunk.path("choices")) {
            if (choice.path("index").asInt(0) == 0) {
                confidence.add(choice);
                if (!isLong()) {
                    text.append(choice.path("delta").path("content").asString(""));
                }
                ends |= choice.path("finish_reason").isString();
            }
        }
        return ends;
    }

    private @Nullable ObjectNode chunk(String data) {
        try {
            return json.readTree(data) instanceof ObjectNode chunk ? chunk : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static void requireNoError(ObjectNode chunk) {
        if (chunk.path("error").isObject()) {
            throw Exceptions.propagate(new IOException("the stream of the model ended with an error"));
        }
    }

    /** Clients read {@code logprobs} of every choice: what was not asked for is null, never absent. */
    static boolean stripped(ObjectNode answer) {
        boolean any = false;
        for (JsonNode choice : answer.path("choices")) {
            if (choice instanceof ObjectNode object && object.path("logprobs").isObject()) {
                object.putNull("logprobs");
                any = true;
            }
        }
        return any;
    }
}
