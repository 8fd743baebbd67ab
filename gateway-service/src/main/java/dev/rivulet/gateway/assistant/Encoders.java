// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.assistant.Values.Label;
import dev.rivulet.gateway.assistant.Values.Span;
import dev.rivulet.gateway.assistant.Values.Spans;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.graph.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks classifiers and taggers about a question. From the second turn on they read the intent of the turn before as second segment,
 * as they were trained.
 */
final class Encoders {

    private static final int MOST_SPANS = 100;
    private static final int LONGEST_LABEL = 200;

    private final ModelCalls calls;
    private final JsonMapper json;

    Encoders(ModelCalls calls, JsonMapper json) {
        this.calls = calls;
        this.json = json;
    }

    Mono<Label> label(Stage.Call call) {
        return ask(call).map(found -> {
            String label = found.path("label").asString("");
            double score = found.path("score").asDouble(Double.NaN);
            if (label.isEmpty() || label.length() > LONGEST_LABEL || !(score >= 0 && score <= 1)) {
                throw ModelCalls.garbage(model(call));
            }
            return new Label(label, score);
        });
    }

    Mono<Spans> spans(Stage.Call call) {
        return ask(call).map(found -> {
            JsonNode spans = found.path("spans");
            if (!spans.isArray() || spans.size() > MOST_SPANS) {
                throw ModelCalls.garbage(model(call));
            }
            List<Span> all = new ArrayList<>();
            int end = -1;
            for (JsonNode span : spans) {
                Span next = span(call, span);
                boolean touches = !all.isEmpty()
                        && all.getLast().label().equals(next.label())
                        && span.path("start").asInt(-1) == end;
                all.add(touches ? joined(call, all.removeLast(), next) : next);
                end = span.path("end").asInt(-1);
            }
            return new Spans(all);
        });
    }

    /** Two of one label without a sign between them are one: a tagger may begin anew within a number. */
    private static Span joined(Stage.Call call, Span first, Span second) {
        String text = first.text() + second.text();
        if (!question(call).text().contains(text)) {
            throw ModelCalls.garbage(model(call));
        }
        return new Span(first.label(), text, Math.min(first.score(), second.score()));
    }

    /** A span is a piece of the question, or it is none. */
    private static Span span(Stage.Call call, JsonNode span) {
        String text = span.path("text").asString("");
        String label = span.path("label").asString("");
        double score = span.path("score").asDouble(Double.NaN);
        boolean inside = !text.isBlank() && question(call).text().contains(text);
        if (!inside || label.isEmpty() || !(score >= 0 && score <= 1)) {
            throw ModelCalls.garbage(model(call));
        }
        return new Span(label, text, score);
    }

    private Mono<JsonNode> ask(Stage.Call call) {
        Question question = question(call);
        if (question.text().isBlank()) {
            return Mono.error(new NeedlessException("there are no words to understand"));
        }
        ObjectNode body = json.createObjectNode();
        String before = question.before().intentBefore();
        if (before.isEmpty()) {
            body.put("input", question.text());
        } else {
            body.putObject("input").put("text", question.text()).put("text_pair", before);
        }
        return calls.whole(question, Endpoint.CLASSIFY.path(), model(call), body)
                .map(answer -> answer.path("data").path(0));
    }

    private static Question question(Stage.Call call) {
        return call.input(Values.QUESTION, Question.class);
    }

    static String model(Stage.Call call) {
        return Objects.requireNonNull(call.stage().model());
    }
}
