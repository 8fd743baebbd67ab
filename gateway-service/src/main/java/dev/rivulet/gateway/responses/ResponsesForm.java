// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.ChatChunks;
import dev.rivulet.gateway.exchange.Dialect;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.jobs.Job;
import dev.rivulet.gateway.resume.JobStream;
import dev.rivulet.problems.OpenAiError;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One request for a response and its answer; what is kept of it is kept when it has ended. Thread-safe. */
final class ResponsesForm implements Dialect.Form {

    /** Fields of the chat, by the names that the caller gave them. */
    private static final Map<String, String> OWN_NAMES = Map.of(
            "max_completion_tokens", "max_output_tokens",
            "messages", "input",
            "response_format", "text.format");

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final JsonMapper json;
    private final Responses responses;
    private final Clock clock;
    private final Passage passage;
    private @Nullable Asked asked;
    private @Nullable Instant createdAt;
    private @Nullable Job job;
    private @Nullable ResponsesStream stream;

    ResponsesForm(JsonMapper json, Responses responses, Clock clock, Passage passage) {
        this.json = json;
        this.responses = responses;
        this.clock = clock;
        this.passage = passage;
    }

    @Override
    public synchronized byte[] request(byte[] body) {
        Asked read = read(body);
        if (read.background() && responses.background().isEmpty()) {
            throw Refusal.unsupported(
                    "background", "'background' is not supported here: it needs jobs (rivulet.jobs.enabled).");
        }
        if (read.background()) {
            // It can be come back to as it is; another job for the same would only hide it.
            passage.hint(JobStream.RESUMABLE, "false");
        }
        asked = read;
        createdAt = clock.instant();
        return json.writeValueAsBytes(read.chat());
    }

    /** The request as it is understood; nothing comes of it. */
    Asked read(byte[] body) {
        return new ResponsesRequest(tree(body), this::before, number()).read();
    }

    /** Whether its caller does not want to wait. */
    synchronized boolean isBackground() {
        return asked().background();
    }

    /** Hands it over to be answered without its caller. */
    Mono<Job> submit(Ask ask, Background background) {
        Asked of;
        synchronized (this) {
            of = asked();
        }
        return background.submit(ask, id(), of).doOnNext(this::submitted);
    }

    private synchronized void submitted(Job known) {
        job = known;
        createdAt = known.submittedAt();
    }

    @Override
    public synchronized byte[] whole(byte[] completion) {
        if (job != null) {
            return json.writeValueAsBytes(object().open("queued"));
        }
        AtomicReference<ObjectNode> response = new AtomicReference<>();
        translation(response::set).whole(ChatChunks.read(json, completion));
        keep(response.get());
        return json.writeValueAsBytes(response.get());
    }

    @Override
    public synchronized Dialect.Translation stream(String requestId) {
        ResponsesStream fresh = translation(this::keep);
        stream = fresh;
        return fresh;
    }

    @Override
    public byte[] error(Problem problem, String requestId) {
        return json.writeValueAsBytes(OpenAiError.of(inOwnTerms(problem)));
    }

    @Override
    public byte[] errorEvent(Problem problem, String requestId) {
        ResponsesStream told = current();
        return String.join("", told.failed(inOwnTerms(problem))).getBytes(StandardCharsets.UTF_8);
    }

    private synchronized ResponsesStream current() {
        ResponsesStream now = stream;
        return now == null ? translation(this::keep) : now;
    }

    private ResponsesStream translation(Consumer<ObjectNode> ended) {
        ResponsesStream.Terms terms = new ResponsesStream.Terms(number(), asked().logprobs(), asked().background());
        return new ResponsesStream(json, object(), terms, clock::instant, ended);
    }

    private ResponseObject object() {
        return new ResponseObject(id(), createdAt == null ? clock.instant() : createdAt, asked().told());
    }

    private synchronized void keep(ObjectNode response) {
        Asked of = asked();
        if (of.store() && job == null) {
            responses.keep(new StoredResponse(
                    id(),
                    passage.caller(),
                    json.writeValueAsBytes(response),
                    json.writeValueAsBytes(of.items()),
                    clock.instant()));
        }
    }

    private Asked asked() {
        Asked read = asked;
        if (read == null) {
            throw new IllegalStateException("the request was not read");
        }
        return read;
    }

    private String number() {
        return passage.id().replace("-", "");
    }

    private String id() {
        return Background.IDS + number();
    }

    private ArrayNode before(String id) {
        StoredResponse kept = responses.ended(passage.caller(), id, "previous_response_id");
        ArrayNode items = (ArrayNode) json.readTree(kept.items());
        json.readTree(kept.response()).path("output").forEach(items::add);
        return items;
    }

    private static JsonNode tree(byte[] body) {
        try {
            return STRICT.readTree(body);
        } catch (JacksonException e) {
            throw new ProblemException(Problem.of(
                    ProblemCode.INVALID_JSON, "The body is not valid JSON, or has a name twice in one object."));
        }
    }

    private static Problem inOwnTerms(Problem problem) {
        @Nullable String param = problem.param();
        if (param == null) {
            return problem;
        }
        String first = param.split("[.\\[]", 2)[0];
        String own = OWN_NAMES.getOrDefault(first, first) + param.substring(first.length());
        return new Problem(problem.code(), problem.message(), own, problem.retryAfter());
    }
}
