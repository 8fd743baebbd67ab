package dev.rivulet.gateway.responses;

import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.JsonAnswer;
import dev.rivulet.gateway.exchange.PageOf;
import dev.rivulet.gateway.exchange.Passage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The paths below {@code /v1/responses}: responses that are kept. */
final class ResponsesRoute implements ApiRoute {

    private static final Pattern ONE = Pattern.compile("/v1/responses/([A-Za-z0-9_-]{1,64})(/cancel|/input_items)?");
    private static final int LARGEST_PAGE = 100;

    private final JsonMapper json;
    private final ResponseStore store;

    ResponsesRoute(JsonMapper json, ResponseStore store) {
        this.json = json;
        this.store = store;
    }

    @Override
    public String path() {
        return ResponsesDialect.PATH;
    }

    @Override
    public boolean serves(String path) {
        return ONE.matcher(path).matches();
    }

    @Override
    public Set<HttpMethod> methods(String path) {
        if (path.endsWith("/cancel")) {
            return Set.of(HttpMethod.POST);
        }
        return path.endsWith("/input_items") ? Set.of(HttpMethod.GET) : Set.of(HttpMethod.GET, HttpMethod.DELETE);
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        Matcher one = ONE.matcher(exchange.getRequest().getPath().value());
        String id = one.matches() ? one.group(1) : "";
        @Nullable String part = one.group(2);
        return switch (part == null ? exchange.getRequest().getMethod().name() : part) {
            case "/cancel" -> cancel(exchange, id);
            case "/input_items" -> items(exchange, id);
            case "DELETE" -> delete(exchange, id);
            default -> response(exchange, id);
        };
    }

    private Mono<Void> response(ServerWebExchange exchange, String id) {
        StoredResponse kept = require(exchange, id);
        if ("true".equals(exchange.getRequest().getQueryParams().getFirst("stream"))) {
            throw Refusal.invalid("stream", "is for responses that were asked for with background=true.");
        }
        return JsonAnswer.write(exchange, HttpStatus.OK, kept.response());
    }

    private Mono<Void> delete(ServerWebExchange exchange, String id) {
        if (!store.forget(Passage.of(exchange).caller(), id)) {
            throw Refusal.notFound("response_id", id);
        }
        return JsonAnswer.write(
                exchange,
                HttpStatus.OK,
                json.writeValueAsBytes(json.createObjectNode()
                        .put("id", id)
                        .put("object", "response")
                        .put("deleted", true)));
    }

    private Mono<Void> cancel(ServerWebExchange exchange, String id) {
        require(exchange, id);
        throw Refusal.invalid("response_id", "names a response that was not asked for with background=true.");
    }

    /** The newest first, unless asked for otherwise. */
    private Mono<Void> items(ServerWebExchange exchange, String id) {
        MultiValueMap<String, String> query = exchange.getRequest().getQueryParams();
        PageOf page = PageOf.of(query, LARGEST_PAGE);
        String order = query.getFirst("order");
        if (order != null && !order.equals("asc") && !order.equals("desc")) {
            throw Refusal.invalid("order", "must be asc or desc.");
        }
        StoredResponse kept = require(exchange, id);
        return Mono.fromCallable(() -> {
                    List<JsonNode> items = new ArrayList<>();
                    json.readTree(kept.items()).forEach(items::add);
                    return page.of(
                            "asc".equals(order) ? items : items.reversed(),
                            item -> item.path("id").asString(),
                            item -> item);
                })
                .subscribeOn(Schedulers.parallel())
                .flatMap(list -> JsonAnswer.write(exchange, HttpStatus.OK, json.writeValueAsBytes(list)));
    }

    private StoredResponse require(ServerWebExchange exchange, String id) {
        return store.find(Passage.of(exchange).caller(), id).orElseThrow(() -> Refusal.notFound("response_id", id));
    }
}
