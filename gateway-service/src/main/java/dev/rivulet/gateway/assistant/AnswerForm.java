// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.gateway.pictures.Picture;
import dev.rivulet.graph.JobGraph;
import dev.rivulet.graph.JobReport;
import dev.rivulet.graph.JobReport.StageReport;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenAI's form of one answer of the assistant, whole or in chunks. What else there is to tell stands in an object {@code rivulet} of
 * the answer or of its last chunk: what is missing and why, and how long every stage took.
 */
final class AnswerForm {

    private static final double NANOS_A_MILLI = 1e6;

    private final JsonMapper json;
    private final JobGraph graph;
    private final String id;
    private final String model;
    private final long created;

    AnswerForm(JsonMapper json, JobGraph graph, String id, String model, long created) {
        this.json = json;
        this.graph = graph;
        this.id = "chatcmpl-" + id;
        this.model = model;
        this.created = created;
    }

    /** The first event of a stream. */
    String opening() {
        ObjectNode delta = json.createObjectNode().put("role", "assistant").put("content", "");
        return event(chunk(delta, null));
    }

    String piece(String text) {
        return event(chunk(json.createObjectNode().put("content", text), null));
    }

    /** A picture, which belongs to the answer beside its text. */
    String picture(int index, Picture picture) {
        ObjectNode delta = json.createObjectNode();
        write(delta.putArray("images").addObject(), index, picture);
        return event(chunk(delta, null));
    }

    private static void write(ObjectNode image, int index, Picture picture) {
        image.put("index", index)
                .put("type", "image")
                .put("format", picture.mediaType())
                .put("data", Base64.getEncoder().encodeToString(picture.bytes()));
    }

    /** The last chunk of a choice. */
    String closing(String finish, ObjectNode told) {
        ObjectNode chunk = chunk(json.createObjectNode(), finish);
        chunk.set("rivulet", told);
        return event(chunk);
    }

    String usage(long prompt, long completion) {
        ObjectNode chunk = frame("chat.completion.chunk");
        chunk.putArray("choices");
        chunk.set("usage", used(prompt, completion));
        return event(chunk);
    }

    byte[] whole(String text, String finish, long prompt, long completion, List<Picture> pictures, ObjectNode told) {
        ObjectNode answer = frame("chat.completion");
        ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
        ObjectNode message = choice.putObject("message")
                .put("role", "assistant")
                .put("content", text)
                .putNull("refusal");
        for (int i = 0; i < pictures.size(); i++) {
            write(message.withArray("images").addObject(), i, pictures.get(i));
        }
        choice.putNull("logprobs").put("finish_reason", finish);
        answer.set("usage", used(prompt, completion));
        answer.set("rivulet", told);
        return json.writeValueAsBytes(answer);
    }

    /** What is missing, and how the stages went. */
    ObjectNode told(Map<String, String> missing, @Nullable JobReport report) {
        ObjectNode told = json.createObjectNode();
        ObjectNode lacking = told.putObject("missing");
        missing.forEach(lacking::put);
        ObjectNode stages = told.putObject("stages");
        if (report != null) {
            told.put("ms", millis(report.nanos())).put("longest_path_ms", millis(report.longestPath(graph)));
            inOrder(report)
                    .forEach((name, stage) -> stages.putObject(name)
                            .put("outcome", stage.outcome().word())
                            .put("from_ms", millis(stage.readyAt()))
                            .put("ms", millis(stage.nanos())));
        }
        return told;
    }

    /** As in the header {@code Server-Timing}: {@code assistant-intent;dur=3.21, …}. */
    static String timing(JobReport report) {
        StringJoiner timing = new StringJoiner(", ");
        inOrder(report).forEach((name, stage) -> {
            if (stage.endedAt() > 0) {
                timing.add("assistant-" + name + ";dur="
                        + String.format(Locale.ROOT, "%.2f", stage.nanos() / NANOS_A_MILLI));
            }
        });
        return timing.toString();
    }

    /** As they could begin. */
    private static Map<String, StageReport> inOrder(JobReport report) {
        Map<String, StageReport> sorted = new LinkedHashMap<>();
        report.stages().entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, StageReport> one) ->
                                one.getValue().readyAt())
                        .thenComparing(Map.Entry::getKey))
                .forEach(one -> sorted.put(one.getKey(), one.getValue()));
        return sorted;
    }

    private static double millis(long nanos) {
        return Math.round(nanos / 1e4) / 1e2;
    }

    private ObjectNode used(long prompt, long completion) {
        return json.createObjectNode()
                .put("prompt_tokens", prompt)
                .put("completion_tokens", completion)
                .put("total_tokens", prompt + completion);
    }

    private ObjectNode chunk(ObjectNode delta, @Nullable String finish) {
        ObjectNode chunk = frame("chat.completion.chunk");
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", finish);
        return chunk;
    }

    private ObjectNode frame(String object) {
        return json.createObjectNode()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", model);
    }

    private static String event(ObjectNode chunk) {
        return SseEvents.event(chunk.toString());
    }

    static List<String> end() {
        return List.of(SseEvents.DONE);
    }
}
