// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.metrics;

import dev.rivulet.console.services.CallTime;
import dev.rivulet.console.services.PlatformDiscovery;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Asks every instance for its metrics at each interval while at least one page looks, once for all pages. */
final class Lookout {

    private final WebClient services;
    private final PlatformDiscovery discovery;
    private final MetricsSettings settings;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Flux<Figures> shared;
    private final Deque<Figures> history = new ArrayDeque<>();

    Lookout(
            WebClient services,
            PlatformDiscovery discovery,
            MetricsSettings settings,
            Clock clock,
            LongSupplier nanos) {
        this.services = services.mutate()
                .codecs(codecs -> codecs.defaultCodecs()
                        .maxInMemorySize(Math.toIntExact(settings.maxAnswer().toBytes())))
                .build();
        this.discovery = discovery;
        this.settings = settings;
        this.clock = clock;
        this.nanos = nanos;
        this.shared = Flux.defer(this::watch).publish(1).refCount(1, settings.linger());
    }

    /** First what is known, then each round; reading ends some time after the last subscriber left. */
    Flux<List<Figures>> figures() {
        return Flux.defer(() -> {
            List<Figures> known = known();
            Flux<List<Figures>> rounds = shared.map(List::of);
            return known.isEmpty() ? rounds : rounds.startWith(known);
        });
    }

    private Flux<Figures> watch() {
        Window window = new Window(settings.rate(), settings.window(), settings.instances());
        forget();
        return Flux.interval(Duration.ZERO, settings.interval())
                .onBackpressureDrop()
                .concatMap(tick -> round(), 1)
                .map(readings -> window.take(clock.instant(), readings))
                .doOnNext(this::keep);
    }

    private Mono<List<Reading>> round() {
        return Flux.fromIterable(discovery.parts())
                .take(settings.instances())
                .flatMapSequential(this::ask)
                .collectList();
    }

    private Mono<Reading> ask(PlatformDiscovery.Part part) {
        return services.get()
                .uri(part.url() + "/actuator/prometheus?includedNames={names}", Names.ASKED)
                .accept(MediaType.TEXT_PLAIN)
                .httpRequest(CallTime.within(settings.timeout()))
                .retrieve()
                .bodyToMono(String.class)
                .map(text -> Exposition.read(text, settings.samples()))
                .defaultIfEmpty(List.of())
                .map(samples -> new Reading(part.service(), part.instance(), nanos.getAsLong(), samples, null))
                .onErrorResume(e -> Mono.just(
                        new Reading(part.service(), part.instance(), nanos.getAsLong(), List.of(), problem(e))));
    }

    private static String problem(Throwable e) {
        if (e instanceof WebClientResponseException answered) {
            return "It answered " + answered.getStatusCode().value() + " to the console.";
        }
        return "It does not answer.";
    }

    private synchronized void keep(Figures figures) {
        history.addLast(figures);
        if (history.size() > settings.history()) {
            history.removeFirst();
        }
    }

    private synchronized List<Figures> known() {
        return new ArrayList<>(history);
    }

    private synchronized void forget() {
        history.clear();
    }
}
