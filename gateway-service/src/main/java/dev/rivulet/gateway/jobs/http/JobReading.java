package dev.rivulet.gateway.jobs.http;

import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.jobs.Job;
import dev.rivulet.gateway.jobs.JobEvent;
import dev.rivulet.gateway.jobs.Jobs;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets a caller read along what becomes of a job, at his pace, as server-sent events or over a WebSocket. Who comes back with the
 * id of the last event that he has gets the rest, and nothing twice.
 */
final class JobReading {

    private static final String LAST_EVENT_ID = "Last-Event-ID";
    private static final String LAST_EVENT_ID_IN_QUERY = "last_event_id";
    private static final byte[] PING = ": ping\n\n".getBytes(StandardCharsets.US_ASCII);

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
        response.getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
        response.getHeaders().setCacheControl("no-store");
        response.getHeaders().set("X-Accel-Buffering", "no");
        Passage passage = Passage.of(exchange);
        DataBufferFactory buffers = response.bufferFactory();
        Flux<byte[]> told = told(job, lastId).map(this::event);
        return response.writeAndFlushWith(kept(told, () -> PING)
                .doOnNext(bytes -> passage.sent(bytes.length))
                .map(bytes -> Mono.<DataBuffer>just(buffers.wrap(bytes))));
    }

    /** Every message is {@code {"id": …, "event": …, "data": {…}}}; the socket is closed after the last. */
    Mono<Void> socket(ServerWebExchange exchange, Job job) {
        String lastId = lastId(exchange);
        WebSocketHandler handler = session -> session.send(kept(
                        told(job, lastId).map(event -> session.textMessage(message(event))),
                        () -> session.pingMessage(buffers -> buffers.wrap(new byte[0])))
                .takeUntilOther(session.receive().then()));
        return sockets.handleRequest(exchange, handler);
    }

    private Flux<JobEvent> told(Job job, @Nullable String lastId) {
        return jobs.events(job.tenant(), job.id(), lastId);
    }

    /** The events, and something that keeps the connection open where none comes for long. */
    private <T> Flux<T> kept(Flux<T> events, Supplier<T> keepAlive) {
        Flux<Signal<T>> pings = Flux.interval(ping).onBackpressureDrop().map(tick -> Signal.next(keepAlive.get()));
        return Flux.merge(1, events.materialize(), pings).dematerialize();
    }

    private byte[] event(JobEvent event) {
        return ("id: " + event.id() + "\nevent: " + JobJson.name(event) + "\ndata: "
                        + json.writeValueAsString(answers.data(event)) + "\n\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private String message(JobEvent event) {
        return json.writeValueAsString(json.createObjectNode()
                .put("id", event.id())
                .put("event", JobJson.name(event))
                .set("data", answers.data(event)));
    }

    private static @Nullable String lastId(ServerWebExchange exchange) {
        String header = exchange.getRequest().getHeaders().getFirst(LAST_EVENT_ID);
        String given =
                header != null ? header : exchange.getRequest().getQueryParams().getFirst(LAST_EVENT_ID_IN_QUERY);
        if (given != null && !given.equals(JobEvent.END) && !given.matches("[0-9]{1,18}")) {
            throw new ProblemException(Problem.at(
                    ProblemCode.INVALID_VALUE,
                    header != null ? LAST_EVENT_ID : LAST_EVENT_ID_IN_QUERY,
                    "This is no id of an event of a job. Show the id of the last one that you have, or none."));
        }
        return given;
    }
}
