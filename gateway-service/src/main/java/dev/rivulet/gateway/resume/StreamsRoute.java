// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.resume;

import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.KeepAlive;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.jobs.Job;
import dev.rivulet.gateway.jobs.Jobs;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** {@code GET /v1/streams/{x-request-id}}: the rest of a stream, from the event after {@code Last-Event-ID}. */
final class StreamsRoute implements ApiRoute {

    private static final String PATH = "/v1/streams";
    private static final Pattern ONE = Pattern.compile("/v1/streams/([0-9a-f-]{36})");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}-[0-9]{1,9}");

    private final Jobs jobs;
    private final ResumableStreams streams;
    private final Duration ping;

    StreamsRoute(Jobs jobs, ResumableStreams streams, Duration ping) {
        this.jobs = jobs;
        this.streams = streams;
        this.ping = ping;
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public boolean serves(String path) {
        return ONE.matcher(path).matches();
    }

    @Override
    public Set<HttpMethod> methods(String path) {
        return Set.of(HttpMethod.GET);
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        Matcher one = ONE.matcher(request.getPath().value());
        String requestId = one.matches() ? one.group(1) : "";
        Job job = jobs.find(Passage.of(exchange).caller(), ResumableStreams.jobOf(requestId))
                .orElseThrow(() -> new ProblemException(Problem.of(
                        ProblemCode.NOT_FOUND,
                        "There is no resumable stream of that request, or it is kept no longer. Ask for one with " + "'"
                                + ResumeStep.HINT + ": true'.")));
        Passage.of(exchange).streamed();
        return KeepAlive.events(exchange, streams.read(job, last(request)), ping);
    }

    private static StreamView.@Nullable Place last(ServerHttpRequest request) {
        String header = request.getHeaders().getFirst(KeepAlive.LAST_EVENT_ID);
        String given = header != null ? header : request.getQueryParams().getFirst(KeepAlive.LAST_EVENT_ID_IN_QUERY);
        if (given == null) {
            return null;
        }
        if (!ID.matcher(given).matches()) {
            throw new ProblemException(Problem.at(
                    ProblemCode.INVALID_VALUE, KeepAlive.LAST_EVENT_ID, "This is no id of an event of a stream."));
        }
        return StreamView.Place.of(given);
    }
}
