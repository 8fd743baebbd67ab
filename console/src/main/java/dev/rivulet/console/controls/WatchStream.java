// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.controls;

import dev.rivulet.console.services.CallTime;
import dev.rivulet.console.services.ServicesSettings;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Looks at control APIs for a page and tells it what changed: an event {@code changed} for an answer that differs from the last one of
 * its path, and {@code looked} after each round, by which the page knows that it is up to date.
 */
@RestController
class WatchStream {

    private final WebClient services;
    private final ServicesSettings addresses;
    private final ControlSettings settings;
    private final Semaphore room;

    WatchStream(WebClient servicesClient, ServicesSettings addresses, ControlSettings settings) {
        this.services = servicesClient
                .mutate()
                .codecs(codecs -> codecs.defaultCodecs()
                        .maxInMemorySize(Math.toIntExact(settings.maxWatched().toBytes())))
                .build();
        this.addresses = addresses;
        this.settings = settings;
        this.room = new Semaphore(settings.watches());
    }

    /**
     * What a service answered.
     *
     * @param path as the page named it
     * @param status of HTTP; 0 where the service did not answer
     * @param body JSON as text, or null
     */
    record Seen(String path, int status, @Nullable String body) {}

    /** @param path {@code registry/rollouts?active=true}: as below {@code /api}, GET alone */
    @GetMapping(path = "/api/watch", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Object>> watch(@RequestParam List<String> path) {
        if (path.size() > settings.paths()) {
            throw new ProblemException(Problem.at(
                    ProblemCode.INVALID_VALUE, "path", "A page watches at most " + settings.paths() + " paths."));
        }
        List<Watched> watched =
                path.stream().map(each -> new Watched(each, way(each))).toList();
        return Flux.using(
                this::enter,
                entered -> Flux.interval(Duration.ZERO, settings.watchEvery())
                        .onBackpressureDrop()
                        .concatMap(tick -> round(watched), 1),
                entered -> leave(entered));
    }

    private AtomicBoolean enter() {
        if (!room.tryAcquire()) {
            throw new ProblemException(
                    Problem.of(
                            ProblemCode.QUEUE_FULL,
                            "As many pages are open as the console watches for (rivulet.console.controls.watches); close one."));
        }
        return new AtomicBoolean(true);
    }

    private void leave(AtomicBoolean entered) {
        if (entered.compareAndSet(true, false)) {
            room.release();
        }
    }

    private static Allowed.Way way(String path) {
        int question = path.indexOf('?');
        return Allowed.way(
                        HttpMethod.GET,
                        question < 0 ? path : path.substring(0, question),
                        question < 0 ? null : path.substring(question + 1))
                .orElseThrow(ControlRelay::notPassedOn);
    }

    private Flux<ServerSentEvent<Object>> round(List<Watched> watched) {
        Flux<ServerSentEvent<Object>> changed = Flux.fromIterable(watched)
                .flatMapSequential(each -> look(each).filter(each::differs))
                .map(seen ->
                        ServerSentEvent.<Object>builder(seen).event("changed").build());
        return changed.concatWithValues(
                ServerSentEvent.<Object>builder("").event("looked").build());
    }

    private Mono<Seen> look(Watched watched) {
        return services.get()
                .uri(watched.way.at(ControlRelay.address(addresses, watched.way.service())))
                .accept(MediaType.APPLICATION_JSON, MediaType.ALL)
                .httpRequest(CallTime.within(settings.watchTimeout()))
                .exchangeToMono(answer -> seen(watched.path, answer))
                .onErrorResume(e -> Mono.just(new Seen(watched.path, 0, null)));
    }

    private static Mono<Seen> seen(String path, ClientResponse answer) {
        int status = answer.statusCode().value();
        return answer.bodyToMono(String.class)
                .map(body -> new Seen(path, status, body))
                .defaultIfEmpty(new Seen(path, status, null));
    }

    /** A path and what was last told of it. */
    private static final class Watched {

        private final String path;
        private final Allowed.Way way;
        private @Nullable Seen told;

        private Watched(String path, Allowed.Way way) {
            this.path = path;
            this.way = way;
        }

        private boolean differs(Seen seen) {
            boolean differs = !Objects.equals(told, seen);
            told = seen;
            return differs;
        }
    }
}
