// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs.http;

import dev.rivulet.gateway.jobs.Job;
import dev.rivulet.gateway.jobs.JobEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Jobs and their events as JSON. Times are seconds since 1970. */
final class JobJson {

    private static final String DATA = "data: ";

    private final JsonMapper json;

    JobJson(JsonMapper json) {
        this.json = json;
    }

    /** A job; with its answer where {@code whole}. */
    ObjectNode of(Job job, boolean whole) {
        ObjectNode node = json.createObjectNode()
                .put("id", job.id())
                .put("object", "job")
                .put("status", job.status())
                .put("endpoint", job.endpoint())
                .put("model", job.model())
                .put("session", job.session().isEmpty() ? null : job.session())
                .put("created_at", job.submittedAt().getEpochSecond())
                .put("expires_at", job.expiresAt().getEpochSecond());
        Job.Result result = job.result();
        Job.Begun begun = job.begun();
        put(node, "started_at", result != null ? started(result) : begun != null ? begun.at() : null);
        put(node, "finished_at", result == null ? null : result.finishedAt());
        if (result != null) {
            node.put("attempts", result.attempts()).put("replica", result.replica());
        } else if (begun != null) {
            node.put("replica", begun.replica());
        }
        if (whole) {
            node.set("result", result == null || !completed(result) ? json.nullNode() : answer(result));
            node.set("error", result == null || completed(result) ? json.nullNode() : error(result));
        }
        return node;
    }

    /** The name of an event: {@code job.queued}, {@code job.running}, {@code job.progress} or how it ended. */
    static String name(JobEvent event) {
        return switch (event) {
            case JobEvent.Queued queued -> "job.queued";
            case JobEvent.Part part -> part.part().sequence() == 0 ? "job.running" : "job.progress";
            case JobEvent.End end -> "job." + end.job().status();
        };
    }

    ObjectNode data(JobEvent event) {
        return switch (event) {
            case JobEvent.Queued queued ->
                json.createObjectNode().put("id", queued.job().id()).put("status", "queued");
            case JobEvent.Part part -> part(part);
            case JobEvent.End end -> of(end.job(), true);
        };
    }

    private ObjectNode part(JobEvent.Part event) {
        ObjectNode node = json.createObjectNode()
                .put("id", event.job().id())
                .put("status", "running")
                .put("run", event.part().run())
                .put("replica", event.part().replica())
                .put("at", event.part().atMillis() / 1_000);
        if (event.part().sequence() > 0) {
            node.put("sequence", event.part().sequence());
            node.set("chunks", chunks(event.part().events()));
        }
        return node;
    }

    private ObjectNode answer(Job.Result result) {
        ObjectNode node = json.createObjectNode().put("status_code", result.status());
        if (result.isStream()) {
            node.set("chunks", chunks(result.body()));
        } else {
            node.set("body", tree(result.body()));
        }
        return node;
    }

    /** The data of whole events that are JSON. */
    private ArrayNode chunks(byte[] events) {
        ArrayNode chunks = json.createArrayNode();
        new String(events, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith(DATA + "{"))
                .forEach(line -> chunks.add(json.readTree(line.substring(DATA.length()))));
        return chunks;
    }

    private JsonNode error(Job.Result result) {
        return tree(result.body()).path("error");
    }

    private JsonNode tree(byte[] body) {
        try {
            return json.readTree(body);
        } catch (JacksonException e) {
            return json.getNodeFactory().stringNode(new String(body, StandardCharsets.UTF_8));
        }
    }

    private static boolean completed(Job.Result result) {
        return result.outcome() == Job.Outcome.COMPLETED;
    }

    private static @Nullable Instant started(Job.Result result) {
        return result.attempts() == 0 ? null : result.startedAt();
    }

    private static void put(ObjectNode node, String name, @Nullable Instant at) {
        if (at == null) {
            node.putNull(name);
        } else {
            node.put(name, at.getEpochSecond());
        }
    }
}
