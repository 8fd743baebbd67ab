// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import dev.rivulet.gateway.exchange.ChatChunks;
import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Filters one stream of chunks, event by event. Each text of each choice is filtered by itself; an event whose text is shown as it
 * came passes as it came. Used by one thread at a time.
 */
final class StreamFilter {

    private static final int MOST_CHOICES = 128;

    private final JsonMapper json;
    private final List<Rule> rules;
    private final Findings findings;
    private final Map<Integer, ChoiceFilter> choices = new TreeMap<>();
    private boolean over;

    StreamFilter(JsonMapper json, List<Rule> rules, Findings findings) {
        this.json = json;
        this.rules = rules;
        this.findings = findings;
    }

    /**
     * Takes an event.
     *
     * @return what passes now; fails with a {@link ProblemException} with {@code replica_lost} where it is none that can be read
     */
    List<String> accept(String event) {
        String data = SseEvents.data(event);
        if (data == null) {
            return List.of(event);
        }
        if (data.equals(ChatChunks.DONE)) {
            List<String> out = rest();
            out.add(event);
            return out;
        }
        ObjectNode chunk = chunk(data);
        if (chunk.path("error").isObject()) {
            List<String> out = rest();
            out.add(event);
            return out;
        }
        return chunk.path("choices") instanceof ArrayNode list && !list.isEmpty()
                ? choices(chunk, list, event)
                : List.of(event);
    }

    /** What is held when the stream has ended, once. */
    List<String> rest() {
        List<String> out = new ArrayList<>();
        if (!over) {
            over = true;
            choices.values().forEach(choice -> choice.end(out));
        }
        return out;
    }

    private List<String> choices(ObjectNode chunk, ArrayNode list, String event) {
        List<String> out = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            if (!(list.get(i) instanceof ObjectNode choice)) {
                throw unreadable();
            }
            boolean alone = list.size() == 1;
            ObjectNode own = alone ? chunk : chunk.deepCopy();
            ObjectNode ownChoice =
                    alone ? choice : (ObjectNode) own.path("choices").path(i);
            if (!alone) {
                own.putArray("choices").add(ownChoice);
                if (i < list.size() - 1 && own.has("usage")) {
                    own.putNull("usage");
                }
            }
            of(choice).accept(new Chunk(own, ownChoice, alone ? event : null), out);
        }
        return out;
    }

    private ChoiceFilter of(JsonNode choice) {
        int index = choice.path("index").asInt(0);
        ChoiceFilter known = choices.get(index);
        if (known != null) {
            return known;
        }
        if (choices.size() >= MOST_CHOICES) {
            throw unreadable();
        }
        ChoiceFilter fresh = new ChoiceFilter(rules, findings);
        choices.put(index, fresh);
        return fresh;
    }

    private ObjectNode chunk(String data) {
        try {
            if (json.readTree(data) instanceof ObjectNode chunk) {
                return chunk;
            }
        } catch (JacksonException e) {
            // Told below, without its text.
        }
        throw unreadable();
    }

    static ProblemException unreadable() {
        return new ProblemException(
                Problem.of(ProblemCode.REPLICA_LOST, "The replica sent what the policy of this gateway can't read."));
    }
}
