// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.JsonAnswer;
import dev.rivulet.gateway.exchange.JsonBody;
import dev.rivulet.gateway.exchange.PageOf;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The paths under {@code /v1/documents}. */
final class DocumentsRoute implements ApiRoute {

    private static final String PATH = "/v1/documents";
    private static final Pattern ONE = Pattern.compile("/v1/documents/([A-Za-z0-9_-]{1,64})");
    private static final Pattern EVENTS = Pattern.compile("/v1/documents/([A-Za-z0-9_-]{1,64})/events");
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration LONGEST_STREAM = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LONGEST_NAME = 200;
    private static final int LARGEST_PAGE = 1_000;

    private final Shelf shelf;
    private final MeaningStore meanings;
    private final Ingestion ingestion;
    private final DocumentsProperties limits;
    private final JsonMapper json;
    private final Scheduler disk;

    /** @param disk where documents are read, cut and written */
    DocumentsRoute(
            Shelf shelf,
            MeaningStore meanings,
            Ingestion ingestion,
            DocumentsProperties limits,
            JsonMapper json,
            Scheduler disk) {
        this.shelf = shelf;
        this.meanings = meanings;
        this.ingestion = ingestion;
        this.limits = limits;
        this.json = json;
        this.disk = disk;
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public boolean serves(String path) {
        return path.equals(PATH)
                || ONE.matcher(path).matches()
                || EVENTS.matcher(path).matches();
    }

    @Override
    public Set<HttpMethod> methods(String path) {
        if (path.equals(PATH)) {
            return Set.of(HttpMethod.GET, HttpMethod.POST);
        }
        return EVENTS.matcher(path).matches() ? Set.of(HttpMethod.GET) : Set.of(HttpMethod.GET, HttpMethod.DELETE);
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        String tenant = Passage.of(exchange).caller();
        Matcher one = ONE.matcher(request.getPath().value());
        if (one.matches()) {
            return one(exchange, tenant, one.group(1));
        }
        Matcher events = EVENTS.matcher(request.getPath().value());
        if (events.matches()) {
            return events(exchange, tenant, events.group(1));
        }
        if (request.getMethod() == HttpMethod.GET) {
            PageOf page = PageOf.of(request.getQueryParams(), LARGEST_PAGE);
            return onDisk(() -> {
                        List<Document> all = shelf.list(tenant);
                        Set<String> known = known(tenant, all);
                        return page.of(all, Document::id, kept -> describe(known, kept));
                    })
                    .flatMap(answer -> write(exchange, HttpStatus.OK, answer));
        }
        return JsonBody.of(request, Math.toIntExact(limits.maxDocument().toBytes()), PATIENCE)
                .flatMap(body -> onDisk(() -> {
                    Document document = kept(tenant, body);
                    if (!limits.model().isEmpty()) {
                        ingestion.begin(Passage.of(exchange).identity(), tenant, document);
                    }
                    return describe(Set.of(), document);
                }))
                .flatMap(answer -> write(exchange, HttpStatus.CREATED, answer));
    }

    private Mono<Void> one(ServerWebExchange exchange, String tenant, String id) {
        return onDisk(() -> {
                    Document document = shelf.require(tenant, id);
                    if (exchange.getRequest().getMethod() != HttpMethod.DELETE) {
                        return describe(known(tenant, List.of(document)), document);
                    }
                    meanings.delete(tenant, id);
                    shelf.delete(tenant, document);
                    return json.createObjectNode()
                            .put("id", id)
                            .put("object", "document")
                            .put("deleted", true);
                })
                .flatMap(answer -> write(exchange, HttpStatus.OK, answer));
    }

    /** How far it has come, whenever that changes, to the end. */
    private Mono<Void> events(ServerWebExchange exchange, String tenant, String id) {
        Callable<ObjectNode> look = () -> {
            Document document = shelf.require(tenant, id);
            return describe(known(tenant, List.of(document)), document);
        };
        return onDisk(look).flatMap(first -> {
            Flux<ObjectNode> later = Flux.interval(LOOK).onBackpressureDrop().concatMap(tick -> onDisk(look), 1);
            Flux<DataBuffer> events = Flux.concat(Mono.just(first), later)
                    .distinctUntilChanged()
                    .takeUntil(state -> !state.path("status").asString("").equals("embedding"))
                    .take(LONGEST_STREAM)
                    .onErrorComplete(ProblemException.class)
                    .map(state -> exchange.getResponse()
                            .bufferFactory()
                            .wrap(("event: document." + state.path("status").asString("") + "\n"
                                            + SseEvents.event(state.toString()))
                                    .getBytes(StandardCharsets.UTF_8)));
            exchange.getResponse().getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
            exchange.getResponse().getHeaders().setCacheControl("no-store");
            return exchange.getResponse().writeAndFlushWith(events.map(Mono::just));
        });
    }

    private Document kept(String tenant, byte[] body) {
        JsonNode node = tree(body);
        String name = node.path("name").asString("").strip();
        String text = node.path("text").asString("");
        if (name.isEmpty() || name.length() > LONGEST_NAME || !name.chars().allMatch(one -> one >= ' ')) {
            throw invalid("name", "'name' must have 1 to " + LONGEST_NAME + " characters in one line.");
        }
        if (text.isBlank()) {
            throw invalid("text", "'text' must be the text of the document, plain or Markdown.");
        }
        return shelf.keep(tenant, name, text, body.length);
    }

    private JsonNode tree(byte[] body) {
        try {
            return json.readTree(body);
        } catch (JacksonException e) {
            throw new ProblemException(Problem.of(
                    ProblemCode.INVALID_JSON, "The body must be JSON, such as {\"name\": \"handbook\", \"text\": …}."));
        }
    }

    /** Those that are found by what they mean; none while nobody can tell. */
    private Set<String> known(String tenant, List<Document> documents) {
        try {
            return limits.model().isEmpty() ? Set.of() : meanings.known(tenant, limits.model(), documents);
        } catch (ProblemException away) {
            return Set.of();
        }
    }

    private ObjectNode describe(Set<String> meant, Document document) {
        boolean known = meant.contains(document.id());
        Ingestion.State state = ingestion.state(document.id());
        boolean goesOn = !limits.model().isEmpty() && state.goesOn();
        return facts(document)
                .put("status", known ? "ready" : goesOn ? "embedding" : "words")
                .put("embedded", known ? document.passages().size() : state.embedded());
    }

    private ObjectNode facts(Document document) {
        return json.createObjectNode()
                .put("id", document.id())
                .put("object", "document")
                .put("name", document.name())
                .put("bytes", document.bytes())
                .put("created_at", document.createdAt())
                .put("passages", document.passages().size());
    }

    private <T> Mono<T> onDisk(Callable<T> work) {
        return Mono.fromCallable(work).subscribeOn(disk);
    }

    private Mono<Void> write(ServerWebExchange exchange, HttpStatus status, ObjectNode answer) {
        return JsonAnswer.write(exchange, status, json.writeValueAsBytes(answer));
    }

    private static ProblemException invalid(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, param, message));
    }
}
