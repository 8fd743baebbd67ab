// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.instances.http;

import dev.rivulet.devices.ProtocolHeaders;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.instances.InstancesSettings;
import dev.rivulet.federation.instances.Leader;
import dev.rivulet.federation.instances.Leads;
import dev.rivulet.federation.participants.Device;
import dev.rivulet.federation.participants.DeviceStore;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Hands on what is for the leader of a federation, byte for byte, so that devices may talk to any instance: their signatures hold
 * wherever a request is read, and the leader judges them. What comes while nobody leads waits a while.
 */
@Component
@ConditionalOnProperty(name = "rivulet.federation.instances.several", havingValue = "true")
final class ToLeader implements WebFilter, Ordered {

    /** Of a request that comes from another instance: it is not handed on again. */
    static final String HANDED_ON = "Rivulet-Handed-On";

    private static final String DEVICES = "/federation/v1/";
    private static final Pattern OF_FEDERATION = Pattern.compile("/api/federations/([a-z0-9][a-z0-9-]{0,62})(?:/.*)?");
    private static final Duration AGAIN = Duration.ofMillis(200);
    private static final int MOST_KNOWN = 100_000;

    private final Leads leads;
    private final DeviceStore devices;
    private final InstancesSettings settings;
    private final WebClient client = WebClient.create();
    private final Map<String, String> federations = new ConcurrentHashMap<>();
    private final Scheduler blocking = Schedulers.fromExecutor(Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("to-leader-", 0).factory()));

    ToLeader(Leads leads, DeviceStore devices, InstancesSettings settings) {
        this.leads = leads;
        this.devices = devices;
        this.settings = settings;
    }

    /** After the token of services was asked for. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        String path = request.getPath().value();
        String device = request.getHeaders().getFirst(ProtocolHeaders.DEVICE);
        Matcher named = OF_FEDERATION.matcher(path);
        if (named.matches()) {
            return toLeader(named.group(1), exchange, chain);
        }
        if (!path.startsWith(DEVICES) || device == null) {
            return chain.filter(exchange);
        }
        return Mono.fromCallable(() -> federation(device))
                .subscribeOn(blocking)
                .flatMap(found -> found.isEmpty() ? chain.filter(exchange) : toLeader(found.get(), exchange, chain));
    }

    /** A device stays in its federation. */
    private Optional<String> federation(String device) {
        String known = federations.get(device);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<String> found = id(device).flatMap(devices::find).map(Device::federation);
        if (federations.size() < MOST_KNOWN) {
            found.ifPresent(federation -> federations.put(device, federation));
        }
        return found;
    }

    private static Optional<UUID> id(String device) {
        try {
            return Optional.of(UUID.fromString(device));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private sealed interface Where {
        record Here(Leader leader) implements Where {}

        record Elsewhere(Leader leader) implements Where {}
    }

    private Mono<Void> toLeader(String federation, ServerWebExchange exchange, WebFilterChain chain) {
        long looks = settings.patience().dividedBy(AGAIN) + 1;
        return Mono.fromCallable(() -> where(federation, exchange.getRequest()))
                .subscribeOn(blocking)
                .repeatWhenEmpty((int) looks, again -> again.delayElements(AGAIN))
                .onErrorMap(IllegalStateException.class, _ -> nobody())
                .flatMap(where -> switch (where) {
                    case Where.Here(Leader leader) -> here(leader, exchange, chain);
                    case Where.Elsewhere(Leader leader) -> handedOn(leader, exchange);
                });
    }

    private @Nullable Where where(String federation, ServerHttpRequest request) {
        Optional<Leader> here = leads.here(federation);
        if (here.isPresent()) {
            return new Where.Here(here.get());
        }
        boolean again = request.getHeaders().containsHeader(HANDED_ON);
        return again
                ? null
                : leads.elsewhere(federation).map(Where.Elsewhere::new).orElse(null);
    }

    private static RefusedException nobody() {
        return new RefusedException(RefusalCode.UNAVAILABLE, "no instance leads the federation at present; try again");
    }

    /** Nonces that the leader before knew are not known here: what was signed in its time is to be signed anew. */
    private static Mono<Void> here(Leader leader, ServerWebExchange exchange, WebFilterChain chain) {
        String signed = exchange.getRequest().getHeaders().getFirst(ProtocolHeaders.TIMESTAMP);
        boolean before = signed != null
                && signed.matches("[0-9]{1,18}")
                && Instant.ofEpochMilli(Long.parseLong(signed)).isBefore(leader.since());
        return before
                ? Mono.error(new RefusedException(
                        RefusalCode.CLOCK_SKEW, "the request was signed before this instance led; sign it anew"))
                : chain.filter(exchange);
    }

    private Mono<Void> handedOn(Leader leader, ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        String query = request.getURI().getRawQuery();
        URI target = URI.create(leader.address() + request.getURI().getRawPath() + (query == null ? "" : "?" + query));
        return client.method(request.getMethod())
                .uri(target)
                .headers(headers -> copied(request.getHeaders(), headers))
                .body(BodyInserters.fromDataBuffers(request.getBody()))
                .exchangeToMono(answer -> answered(answer, exchange.getResponse()))
                .onErrorMap(WebClientRequestException.class, _ -> nobody());
    }

    private static void copied(HttpHeaders from, HttpHeaders to) {
        to.addAll(from);
        to.remove(HttpHeaders.HOST);
        to.remove(HttpHeaders.CONNECTION);
        to.remove(HttpHeaders.UPGRADE);
        to.remove("HTTP2-Settings");
        to.remove(HttpHeaders.TRANSFER_ENCODING);
        to.set(HANDED_ON, "1");
    }

    private static Mono<Void> answered(ClientResponse answer, ServerHttpResponse response) {
        response.setStatusCode(answer.statusCode());
        response.getHeaders().addAll(answer.headers().asHttpHeaders());
        response.getHeaders().remove(HttpHeaders.CONNECTION);
        response.getHeaders().remove(HttpHeaders.TRANSFER_ENCODING);
        Flux<DataBuffer> body = answer.bodyToFlux(DataBuffer.class);
        return response.writeWith(body);
    }
}
