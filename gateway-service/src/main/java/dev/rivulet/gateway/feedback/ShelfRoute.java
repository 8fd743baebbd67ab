// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.feedback;

import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.JsonAnswer;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** {@code /v1/feedback/words}: what the people of a key's site let it keep, for the site's owner to read and to delete. */
final class ShelfRoute implements ApiRoute {

    private static final String PATH = "/v1/feedback/words";
    private static final int USUAL_PAGE = 100;
    private static final int LARGEST_PAGE = 500;

    private final SiteShelf shelf;
    private final JsonMapper json;

    ShelfRoute(SiteShelf shelf, JsonMapper json) {
        this.shelf = shelf;
        this.json = json;
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public boolean serves(String path) {
        return path.equals(PATH) || path.startsWith(PATH + "/");
    }

    @Override
    public Set<HttpMethod> methods(String path) {
        return path.equals(PATH) ? Set.of(HttpMethod.GET, HttpMethod.DELETE) : Set.of(HttpMethod.DELETE);
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        String path = exchange.getRequest().getPath().value();
        String caller = Passage.of(exchange).caller();
        MultiValueMap<String, String> query = exchange.getRequest().getQueryParams();
        return Mono.fromCallable(() -> exchange.getRequest().getMethod().equals(HttpMethod.GET)
                        ? page(caller, query)
                        : forget(caller, path, query))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(body -> JsonAnswer.write(exchange, HttpStatus.OK, json.writeValueAsBytes(body)));
    }

    private Map<String, Object> page(String caller, MultiValueMap<String, String> query) {
        String after = query.getFirst("after");
        SiteShelf.Page page = shelf.page(caller, after == null ? "" : after, limit(query.getFirst("limit")));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("object", "list");
        body.put("data", page.words().stream().map(ShelfRoute::shown).toList());
        body.put("has_more", page.next() != null);
        if (page.next() != null) {
            body.put("next", page.next());
        }
        return body;
    }

    private static Map<String, Object> shown(KeptWords words) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("object", "feedback.words");
        shown.put("request_id", words.requestId());
        shown.put("model", words.model());
        shown.put("version", words.version());
        shown.put("score", words.score());
        shown.put("created_at", words.createdAt());
        shown.put("subject", words.subject());
        shown.put("tags", words.tags());
        shown.put("messages", words.messages());
        shown.put("answer", words.answer());
        shown.put("correction", words.correction());
        return shown;
    }

    private static int limit(@org.jspecify.annotations.Nullable String said) {
        try {
            int limit = said == null ? USUAL_PAGE : Integer.parseInt(said);
            if (limit >= 1 && limit <= LARGEST_PAGE) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new ProblemException(
                Problem.at(ProblemCode.INVALID_VALUE, "limit", "This is a number of 1 to " + LARGEST_PAGE + "."));
    }

    private Map<String, Object> forget(String caller, String path, MultiValueMap<String, String> query) {
        String subject = query.getFirst("subject");
        int gone;
        if (path.length() > PATH.length() + 1) {
            gone = shelf.forget(caller, path.substring(PATH.length() + 1));
        } else if (subject != null && !subject.isEmpty()) {
            gone = shelf.forgetAll(caller, subject);
        } else {
            throw new ProblemException(Problem.at(
                    ProblemCode.MISSING_PARAMETER,
                    "subject",
                    "Say whose words are to be deleted, or of which request: DELETE " + PATH + "/{request_id}."));
        }
        return Map.of("object", "feedback.deleted", "deleted", gone);
    }
}
