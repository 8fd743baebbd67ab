// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.gateway.jobs.Job;
import dev.rivulet.gateway.jobs.JobRequest;
import dev.rivulet.gateway.jobs.Jobs;
import dev.rivulet.gateway.resume.JobStream;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Responses whose callers need not wait: each is a job that streams a chat completion, and is told from the job whenever somebody
 * asks. What the request said is the job's note, so that any gateway can tell it, also after a restart.
 */
final class Background {

    /** The marker of a job that is a response. */
    static final String IDS = "resp_";

    private static final String WAITS = ": queued\n\n";
    private static final Duration UNTIL_CANCELLED = Duration.ofSeconds(5);

    private final JsonMapper json;
    private final Jobs jobs;
    private final Duration lifetime;
    private final long largest;

    /**
     * @param lifetime how long one may wait and run
     * @param largest bytes of a request and its note
     */
    Background(JsonMapper json, Jobs jobs, Duration lifetime, long largest) {
        this.json = json;
        this.jobs = jobs;
        this.lifetime = lifetime;
        this.largest = largest;
    }

    /** What is known of a request later. */
    private record Note(ObjectNode told, @Nullable JsonNode items, boolean logprobs) {}

    /** Hands a request over; completes when it is kept for sure. */
    Mono<Job> submit(Ask ask, String id, Asked asked) {
        ObjectNode chat = (ObjectNode) json.readTree(ask.body());
        ResponsesRequest.streamed(chat);
        byte[] body = json.writeValueAsBytes(chat);
        ObjectNode note = json.createObjectNode().put("logprobs", asked.logprobs());
        note.set("told", asked.told());
        note.set("items", asked.items());
        byte[] noted = json.writeValueAsBytes(note);
        if (body.length + noted.length > largest) {
            return Mono.error(new ProblemException(Problem.of(
                    ProblemCode.REQUEST_TOO_LARGE,
                    "A background response takes its items twice in at most " + largest
                            + " bytes (rivulet.jobs.max-body).")));
        }
        JobRequest request = new JobRequest(
                id,
                ask.passage().caller(),
                ask.passage().priority(),
                ask.path(),
                ask.envelope().model(),
                "",
                true,
                body,
                noted,
                lifetime);
        return jobs.submit(request, ask.passage()::used).map(Jobs.Submitted::job);
    }

    Optional<Job> find(String tenant, String id) {
        return id.startsWith(IDS) ? jobs.find(tenant, id) : Optional.empty();
    }

    /** The response as it is now. */
    ObjectNode response(Job job) {
        Job.@Nullable Result result = job.result();
        Note note = note(job);
        if (result == null) {
            return object(job, note).open(job.begun() == null ? "queued" : "in_progress");
        }
        AtomicReference<ObjectNode> last = new AtomicReference<>();
        ResponsesStream stream = stream(job, note, result.finishedAt(), last::set);
        stream.event(WAITS);
        JobStream.whole(job).forEach(stream::event);
        stream.end();
        return last.get();
    }

    /** What its model read; empty where there was no room to keep it. */
    Optional<byte[]> items(Job job) {
        return Optional.ofNullable(note(job).items()).map(json::writeValueAsBytes);
    }

    /** The chunks of the chat, behind a comment that says that they may take time. */
    Flux<String> chunks(Job job) {
        return Flux.concat(Mono.just(WAITS), JobStream.of(jobs, job));
    }

    /** All events of the response, to its end. */
    Flux<String> events(Job job) {
        return Flux.defer(() -> {
            Job.@Nullable Result result = job.result();
            ResponsesStream stream = stream(job, note(job), result == null ? null : result.finishedAt(), last -> {});
            return SseEvents.each(chunks(job), stream::event)
                    .concatWith(Flux.defer(() -> Flux.fromIterable(stream.end())))
                    .filter(event -> !event.startsWith(":"));
        });
    }

    /** Asks to cancel it, and waits a moment for its end. */
    Mono<Job> cancel(String tenant, String id) {
        return jobs.cancel(tenant, id)
                .flatMap(job -> job.result() != null
                        ? Mono.just(job)
                        : jobs.end(tenant, id)
                                .timeout(UNTIL_CANCELLED, Mono.empty())
                                .switchIfEmpty(Mono.fromSupplier(
                                        () -> jobs.find(tenant, id).orElse(job))));
    }

    Mono<Void> forget(String tenant, String id) {
        return jobs.forget(tenant, id);
    }

    private ResponsesStream stream(Job job, Note note, @Nullable Instant endedAt, Consumer<ObjectNode> ended) {
        String number = job.id().substring(IDS.length());
        return new ResponsesStream(
                json,
                object(job, note),
                new ResponsesStream.Terms(number, note.logprobs(), true),
                () -> endedAt == null ? Instant.now() : endedAt,
                ended);
    }

    private static ResponseObject object(Job job, Note note) {
        return new ResponseObject(job.id(), job.submittedAt(), note.told());
    }

    private Note note(Job job) {
        if (job.note().length == 0) {
            ObjectNode little =
                    json.createObjectNode().put("model", job.model()).put("input", "");
            Asked usual = new ResponsesRequest(little, id -> json.createArrayNode(), "").read();
            return new Note(usual.told().put("background", true), null, false);
        }
        JsonNode note = json.readTree(job.note());
        return new Note(
                (ObjectNode) note.path("told"),
                note.path("items"),
                note.path("logprobs").asBoolean(false));
    }
}
