// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs.http;

import dev.rivulet.gateway.exchange.KeepAlive;
import dev.rivulet.gateway.jobs.Job;
import dev.rivulet.gateway.jobs.JobEvent;
import dev.rivulet.gateway.jobs.Jobs;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets a caller read along what becomes of a job, at his pace, as server-sent events or over a WebSocket. Who comes back with the
 * id of the last event that he has gets the rest, and nothing twice.
 */
final class JobReading {

    private final Jobs jobs;
    private final JobJson answers;
    private final JsonMapper json;
    private final WebSocketService sockets;
    private final Duration ping;

    JobReading(Jobs jobs, JsonMapper json, WebSocketService sockets, Duration ping) {
        this.jobs = jobs;
        this.answers = new JobJson(json);
        this.json = json;
        this.sockets = sockets;
        this.ping = ping;
    }

    Mono<Void> events(ServerWebExchange exchange, Job job) {
        ServerHttpResponse response = exchange.getResponse();
        String lastId = lastId(exchange);
        if (JobEvent.END.equals(lastId)) {
            // Tells an EventSource not to come back.
            response.setStatusCode(HttpStatus.NO_CONTENT);
            return response.setComplete();
        }
        return KeepAlive.events(exchange, told(job, lastId).map(this::event), ping);
    }

    /** Every message is {@code {"id": …, "event": …, "data": {…}}}; the socket is closed after the last. */
    Mono<Void> socket(ServerWebExchange exchange, Job job) {
        String lastId = lastId(exchange);
        WebSocketHandler handler = session -> session.send(KeepAlive.between(
                        told(job, lastId).map(event -> session.textMessage(message(event))),
                        ping,
                        () -> session.pingMessage(buffers -> buffers.wrap(new byte[0])))
                .takeUntilOther(session.receive().then()));
        return sockets.handleRequest(exchange, handler);
    }

    private Flux<JobEvent> told(Job job, @Nullable String lastId) {
        return jobs.events(job.tenant(), job.id(), lastId);
    }

    private String event(JobEvent event) {
        return "id: " + event.id() + "\nevent: " + JobJson.name(event) + "\ndata: "
                + json.writeValueAsString(answers.data(event)) + "\n\n";
    }

    private String message(JobEvent event) {
        return json.writeValueAsString(json.createObjectNode()
                .put("id", event.id())
                .put("event", JobJson.name(event))
                .set("data", answers.data(event)));
    }

    private static @Nullable String lastId(ServerWebExchange exchange) {
        String header = exchange.getRequest().getHeaders().getFirst(KeepAlive.LAST_EVENT_ID);
        String given = header != null
                ? header
                : exchange.getRequest().getQueryParams().getFirst(KeepAlive.LAST_EVENT_ID_IN_QUERY);
        if (given != null && !given.equals(JobEvent.END) && !given.matches("[0-9]{1,18}")) {
            throw new ProblemException(Problem.at(
                    ProblemCode.INVALID_VALUE,
                    header != null ? KeepAlive.LAST_EVENT_ID : KeepAlive.LAST_EVENT_ID_IN_QUERY,
                    "This is no id of an event of a job. Show the id of the last one that you have, or none."));
        }
        return given;
    }
}
