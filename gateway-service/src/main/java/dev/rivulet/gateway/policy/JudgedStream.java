// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import dev.rivulet.gateway.exchange.ChatChunks;
import dev.rivulet.gateway.exchange.SseEvents;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Has one stream judged by classifiers, a window of each choice's text at a time. Where one may block, the events of a window are held
 * until it has been judged; where all flag, none is. Used by one thread at a time.
 */
final class JudgedStream {

    private static final int MOST_CHOICES = 128;

    private final JsonMapper json;
    private final List<Judge> judges;
    private final Classification models;
    private final Findings findings;
    private final boolean holds;
    private final int window;
    private final List<Held> held = new ArrayList<>();
    private final Map<Integer, Text> texts = new TreeMap<>();
    private final Set<Integer> blocked = new TreeSet<>();

    /** An event, and what it holds where that can be read. */
    private record Held(String event, @Nullable ObjectNode chunk) {}

    /** What is known of a choice: the end of what was judged, and what was not. */
    private static final class Text {

        private final StringBuilder text = new StringBuilder();
        private int fresh;
        private @Nullable Chunk latest;
    }

    /** @param judges at least one */
    JudgedStream(JsonMapper json, List<Judge> judges, Classification models, Findings findings) {
        this.json = json;
        this.judges = judges;
        this.models = models;
        this.findings = findings;
        this.holds = judges.stream().anyMatch(judge -> judge.action() == Action.BLOCK);
        this.window =
                judges.stream().mapToInt(judge -> judge.by().window()).min().orElse(1);
    }

    /** Takes an event, which {@link StreamFilter} has let through; what passes now. */
    Flux<String> accept(String event) {
        String data = SseEvents.data(event);
        boolean last = data != null && data.equals(ChatChunks.DONE);
        ObjectNode chunk = data == null || last ? null : (ObjectNode) json.readTree(data);
        held.add(new Held(event, chunk));
        boolean full = last;
        if (chunk != null) {
            full |= chunk.path("error").isObject();
            for (JsonNode choice : chunk.path("choices")) {
                full |= isFull((ObjectNode) choice, chunk);
            }
        }
        if (full || !isPending()) {
            return full ? judged(last) : release();
        }
        return holds ? Flux.empty() : release();
    }

    /** What is left when the stream has ended. */
    Flux<String> rest() {
        return judged(true);
    }

    private boolean isPending() {
        return texts.values().stream().anyMatch(text -> text.fresh > 0);
    }

    private boolean isFull(ObjectNode choice, ObjectNode chunk) {
        int index = choice.path("index").asInt(0);
        if (blocked.contains(index)) {
            return false;
        }
        if (!texts.containsKey(index) && texts.size() >= MOST_CHOICES) {
            throw StreamFilter.unreadable();
        }
        Text text = texts.computeIfAbsent(index, any -> new Text());
        text.latest = new Chunk(chunk, choice, null);
        AnswerTexts.of(choice).forEach(leaf -> {
            text.text.append(leaf.text());
            text.fresh += leaf.text().length();
        });
        return text.fresh >= Windows.step(window)
                || choice.path("finish_reason").isString();
    }

    /** Lets go of what is held, before or after it has been judged. */
    private Flux<String> judged(boolean last) {
        List<Integer> choices = new ArrayList<>();
        List<String> windows = new ArrayList<>();
        texts.forEach((index, text) -> {
            if (text.fresh > 0 && !blocked.contains(index)) {
                Windows.of(text.text.toString(), window).forEach(one -> {
                    choices.add(index);
                    windows.add(one.text());
                });
                String overlap = Windows.overlap(text.text.toString(), window);
                text.text.setLength(0);
                text.text.append(overlap);
                text.fresh = 0;
            }
        });
        Mono<Void> judging = Flux.fromIterable(judges)
                .concatMap(judge -> models.found(judge.by(), windows).doOnNext(found -> note(judge, choices, found)))
                .then();
        Flux<String> events = Flux.defer(this::release);
        return holds || last ? judging.thenMany(events) : Flux.concat(events, judging.thenMany(Flux.<String>empty()));
    }

    private void note(Judge judge, List<Integer> choices, BitSet found) {
        found.stream().forEach(one -> {
            findings.found(judge.filter(), judge.action());
            if (judge.action() == Action.BLOCK) {
                blocked.add(choices.get(one));
            }
        });
    }

    private Flux<String> release() {
        List<String> out = new ArrayList<>();
        for (int index : blocked) {
            Text text = texts.remove(index);
            if (text != null && text.latest != null) {
                out.add(SseEvents.event(text.latest.skeleton("content_filter").toString()));
            }
        }
        for (Held one : held) {
            String shown = one.chunk() == null ? one.event() : without(one.chunk(), one.event());
            if (!shown.isEmpty()) {
                out.add(shown);
            }
        }
        held.clear();
        return Flux.fromIterable(out);
    }

    /** The event without the choices that are blocked; empty if nothing is left of it. */
    private String without(ObjectNode chunk, String event) {
        if (blocked.isEmpty() || !(chunk.path("choices") instanceof ArrayNode choices) || choices.isEmpty()) {
            return event;
        }
        int before = choices.size();
        choices.removeIf(choice -> blocked.contains(choice.path("index").asInt(0)));
        if (choices.size() == before) {
            return event;
        }
        boolean more = !choices.isEmpty() || chunk.path("usage").isObject();
        return more ? SseEvents.event(chunk.toString()) : "";
    }
}
