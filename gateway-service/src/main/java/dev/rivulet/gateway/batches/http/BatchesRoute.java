// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.batches.http;

import dev.rivulet.gateway.batches.Batch;
import dev.rivulet.gateway.batches.Batches;
import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.exchange.JsonAnswer;
import dev.rivulet.gateway.exchange.JsonBody;
import dev.rivulet.gateway.exchange.PageOf;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The paths under {@code /v1/batches}. */
final class BatchesRoute implements ApiRoute {

    private static final String PATH = "/v1/batches";
    private static final Pattern ONE = Pattern.compile("/v1/batches/([A-Za-z0-9_-]{1,64})(/cancel)?");
    private static final String WINDOW = "24h";
    private static final int LARGEST_BODY = 65_536;
    private static final int LARGEST_PAGE = 100;
    private static final int MOST_METADATA = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> TIMES = List.of(
            "created_at",
            "in_progress_at",
            "expires_at",
            "finalizing_at",
            "completed_at",
            "failed_at",
            "expired_at",
            "cancelling_at",
            "cancelled_at");

    private final Batches batches;
    private final JsonMapper json;
    private final Scheduler disk;

    BatchesRoute(Batches batches, JsonMapper json, Scheduler disk) {
        this.batches = batches;
        this.json = json;
        this.disk = disk;
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public boolean serves(String path) {
        return path.equals(PATH) || ONE.matcher(path).matches();
    }

    @Override
    public Set<HttpMethod> methods(String path) {
        if (path.equals(PATH)) {
            return Set.of(HttpMethod.GET, HttpMethod.POST);
        }
        return Set.of(path.endsWith("/cancel") ? HttpMethod.POST : HttpMethod.GET);
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        String tenant = Passage.of(exchange).caller();
        Matcher one = ONE.matcher(request.getPath().value());
        if (one.matches()) {
            boolean cancel = one.group(2) != null;
            return onDisk(() -> cancel ? batches.cancel(tenant, one.group(1)) : batches.require(tenant, one.group(1)))
                    .flatMap(batch -> write(exchange, describe(batch)));
        }
        if (request.getMethod() == HttpMethod.GET) {
            return write(exchange, list(exchange, tenant));
        }
        return JsonBody.of(request, LARGEST_BODY, PATIENCE)
                .flatMap(body -> onDisk(() -> create(Passage.of(exchange).identity(), tree(body))))
                .flatMap(batch -> write(exchange, describe(batch)));
    }

    private Batch create(Caller caller, JsonNode body) {
        String endpoint = text(body, "endpoint");
        if (Endpoint.at(endpoint).isEmpty()) {
            throw invalid("endpoint", "'endpoint' must be one of " + Endpoint.all() + ".");
        }
        if (!text(body, "completion_window").equals(WINDOW)) {
            throw invalid("completion_window", "'completion_window' must be " + WINDOW + ".");
        }
        return batches.create(caller, endpoint, text(body, "input_file_id"), metadata(body.path("metadata")));
    }

    private static String text(JsonNode body, String name) {
        if (!body.path(name).isString()) {
            throw invalid(name, "'" + name + "' must be a string.");
        }
        return body.path(name).asString();
    }

    private static Map<String, String> metadata(JsonNode node) {
        Map<String, String> metadata = new HashMap<>();
        if (node.isMissingNode() || node.isNull()) {
            return metadata;
        }
        boolean fine = node.isObject() && node.size() <= MOST_METADATA;
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            fine &= entry.getKey().length() <= 64
                    && entry.getValue().isString()
                    && entry.getValue().asString().length() <= 512;
            metadata.put(entry.getKey(), entry.getValue().asString(""));
        }
        if (!fine) {
            throw invalid("metadata", "'metadata' must be up to 16 strings of at most 512 characters by name.");
        }
        return metadata;
    }

    private JsonNode tree(byte[] body) {
        try {
            JsonNode node = json.readTree(body);
            if (node != null && node.isObject()) {
                return node;
            }
        } catch (JacksonException e) {
            // Told below.
        }
        throw new ProblemException(Problem.of(ProblemCode.INVALID_JSON, "The body is not a valid JSON object."));
    }

    private ObjectNode list(ServerWebExchange exchange, String tenant) {
        PageOf page = PageOf.of(exchange.getRequest().getQueryParams(), LARGEST_PAGE);
        return page.of(batches.of(tenant), Batch::id, this::describe);
    }

    private ObjectNode describe(Batch batch) {
        ObjectNode node = json.createObjectNode()
                .put("id", batch.id())
                .put("object", "batch")
                .put("endpoint", batch.endpoint())
                .put("input_file_id", batch.inputFile())
                .put("completion_window", WINDOW)
                .put("status", batch.status().name().toLowerCase(Locale.ROOT))
                .put("output_file_id", batch.outputFile())
                .put("error_file_id", batch.errorFile());
        if (batch.errors().isEmpty()) {
            node.putNull("errors");
        } else {
            ArrayNode data = node.putObject("errors").put("object", "list").putArray("data");
            batch.errors()
                    .forEach(error -> data.addObject()
                            .put("code", error.code())
                            .put("message", error.message())
                            .put("param", error.param())
                            .put("line", error.line()));
        }
        TIMES.forEach(name -> node.put(name, batch.times().get(name)));
        node.putObject("request_counts")
                .put("total", batch.counts().total())
                .put("completed", batch.counts().completed())
                .put("failed", batch.counts().failed());
        ObjectNode metadata = node.putObject("metadata");
        batch.metadata().forEach(metadata::put);
        return node;
    }

    private <T> Mono<T> onDisk(Callable<T> work) {
        return Mono.fromCallable(work).subscribeOn(disk);
    }

    private Mono<Void> write(ServerWebExchange exchange, ObjectNode answer) {
        return JsonAnswer.write(exchange, HttpStatus.OK, json.writeValueAsBytes(answer));
    }

    private static ProblemException invalid(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, param, message));
    }
}
