package dev.rivulet.gateway.documents;

import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.JsonAnswer;
import dev.rivulet.gateway.exchange.JsonBody;
import dev.rivulet.gateway.exchange.PageOf;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
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
import tools.jackson.databind.node.ObjectNode;

/** The paths under {@code /v1/documents}. */
final class DocumentsRoute implements ApiRoute {

    private static final String PATH = "/v1/documents";
    private static final Pattern ONE = Pattern.compile("/v1/documents/([A-Za-z0-9_-]{1,64})");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LONGEST_NAME = 200;
    private static final int LARGEST_PAGE = 1_000;

    private final Shelf shelf;
    private final DocumentsProperties limits;
    private final JsonMapper json;
    private final Scheduler disk;

    /** @param disk where documents are read, cut and written */
    DocumentsRoute(Shelf shelf, DocumentsProperties limits, JsonMapper json, Scheduler disk) {
        this.shelf = shelf;
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
        return path.equals(PATH) || ONE.matcher(path).matches();
    }

    @Override
    public Set<HttpMethod> methods(String path) {
        return path.equals(PATH) ? Set.of(HttpMethod.GET, HttpMethod.POST) : Set.of(HttpMethod.GET, HttpMethod.DELETE);
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        String tenant = Passage.of(exchange).caller();
        Matcher one = ONE.matcher(request.getPath().value());
        if (one.matches()) {
            return one(exchange, tenant, one.group(1));
        }
        if (request.getMethod() == HttpMethod.GET) {
            PageOf page = PageOf.of(request.getQueryParams(), LARGEST_PAGE);
            return onDisk(() -> page.of(shelf.list(tenant), Document::id, this::describe))
                    .flatMap(answer -> write(exchange, HttpStatus.OK, answer));
        }
        return JsonBody.of(request, Math.toIntExact(limits.maxDocument().toBytes()), PATIENCE)
                .flatMap(body -> onDisk(() -> describe(kept(tenant, body))))
                .flatMap(answer -> write(exchange, HttpStatus.CREATED, answer));
    }

    private Mono<Void> one(ServerWebExchange exchange, String tenant, String id) {
        return onDisk(() -> {
                    Document document = shelf.require(tenant, id);
                    if (exchange.getRequest().getMethod() != HttpMethod.DELETE) {
                        return describe(document);
                    }
                    shelf.delete(tenant, document);
                    return json.createObjectNode()
                            .put("id", id)
                            .put("object", "document")
                            .put("deleted", true);
                })
                .flatMap(answer -> write(exchange, HttpStatus.OK, answer));
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

    private ObjectNode describe(Document document) {
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
