// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.JsonAnswer;
import dev.rivulet.gateway.exchange.KeepAlive;
import dev.rivulet.gateway.exchange.PageOf;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.jobs.Job;
import java.time.Duration;
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
    private static final String AFTER = "starting_after";
    private static final int LARGEST_PAGE = 100;

    private final JsonMapper json;
    private final Responses responses;
    private final Duration ping;

    /** @param ping time between keep-alive comments while a reader waits */
    ResponsesRoute(JsonMapper json, Responses responses, Duration ping) {
        this.json = json;
        this.responses = responses;
        this.ping = ping;
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
        MultiValueMap<String, String> query = exchange.getRequest().getQueryParams();
        String tenant = Passage.of(exchange).caller();
        if ("true".equals(query.getFirst("stream"))) {
            return events(exchange, responses.requireJob(tenant, id, "stream"), from(query.getFirst(AFTER)));
        }
        return responses
                .waitedFor(tenant, id)
                .map(kept -> JsonAnswer.write(exchange, HttpStatus.OK, kept.response()))
                .orElseGet(() -> write(exchange, responses.requireJob(tenant, id, "response_id")));
    }

    /** The events of a response in the background, without as many as its reader has. */
    private Mono<Void> events(ServerWebExchange exchange, Job job, long from) {
        Passage.of(exchange).streamed();
        return Mono.justOrEmpty(responses.background())
                .flatMap(known -> KeepAlive.events(exchange, known.events(job).skip(from), ping));
    }

    private static long from(@Nullable String after) {
        if (after == null) {
            return 0;
        }
        if (!after.matches("[0-9]{1,9}")) {
            throw Refusal.invalid(AFTER, "must be the sequence_number of an event.");
        }
        return Long.parseLong(after) + 1;
    }

    private Mono<Void> delete(ServerWebExchange exchange, String id) {
        byte[] gone = json.writeValueAsBytes(
                json.createObjectNode().put("id", id).put("object", "response").put("deleted", true));
        return responses
                .forget(Passage.of(exchange).caller(), id)
                .then(Mono.defer(() -> JsonAnswer.write(exchange, HttpStatus.OK, gone)));
    }

    private Mono<Void> cancel(ServerWebExchange exchange, String id) {
        Job job = responses.requireJob(Passage.of(exchange).caller(), id, "response_id");
        return Mono.justOrEmpty(responses.background())
                .flatMap(known -> known.cancel(job.tenant(), id))
                .flatMap(now -> write(exchange, now));
    }

    /** Telling a long one takes time. */
    private Mono<Void> write(ServerWebExchange exchange, Job job) {
        return Mono.justOrEmpty(responses.background())
                .map(known -> json.writeValueAsBytes(known.response(job)))
                .subscribeOn(Schedulers.parallel())
                .flatMap(body -> JsonAnswer.write(exchange, HttpStatus.OK, body));
    }

    /** The newest first, unless asked for otherwise. */
    private Mono<Void> items(ServerWebExchange exchange, String id) {
        MultiValueMap<String, String> query = exchange.getRequest().getQueryParams();
        PageOf page = PageOf.of(query, LARGEST_PAGE);
        String order = query.getFirst("order");
        if (order != null && !order.equals("asc") && !order.equals("desc")) {
            throw Refusal.invalid("order", "must be asc or desc.");
        }
        String tenant = Passage.of(exchange).caller();
        return Mono.fromCallable(() -> {
                    List<JsonNode> items = new ArrayList<>();
                    json.readTree(responses.items(tenant, id)).forEach(items::add);
                    return page.of(
                            "asc".equals(order) ? items : items.reversed(),
                            item -> item.path("id").asString(),
                            item -> item);
                })
                .subscribeOn(Schedulers.parallel())
                .flatMap(list -> JsonAnswer.write(exchange, HttpStatus.OK, json.writeValueAsBytes(list)));
    }
}
