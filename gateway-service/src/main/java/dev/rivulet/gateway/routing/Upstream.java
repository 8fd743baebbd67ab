// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import io.netty.handler.ssl.SslContext;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.HttpClient;

/**
 * A server of any make that speaks OpenAI's API and stands in the settings instead of reporting itself. It is told the request
 * and its own key and nothing else: no token of this platform, no caller's name, no trace.
 */
public final class Upstream {

    private final UpstreamProperties.Server settings;
    private final Supplier<String> key;
    private final @Nullable SslContext tls;
    private final Duration probeEvery;
    private final Map<String, UpstreamProperties.Model> models;

    /**
     * @param key its API key, empty for none
     * @param tls whom to trust and what to show; null for the trust of the JDK
     * @param probeEvery how often it is asked how it is
     */
    Upstream(UpstreamProperties.Server settings, Supplier<String> key, @Nullable SslContext tls, Duration probeEvery) {
        this.settings = settings;
        this.key = key;
        this.tls = tls;
        this.probeEvery = probeEvery;
        this.models = settings.models().stream()
                .collect(Collectors.toUnmodifiableMap(UpstreamProperties.Model::name, model -> model));
    }

    public String name() {
        return settings.name();
    }

    /** Whether what is sent to it leaves this site. */
    public boolean leavesSite() {
        return settings.leavesSite();
    }

    /** Whether it is told whose a request is, and on what terms. */
    public boolean isReplica() {
        return settings.replica();
    }

    public Duration probeEvery() {
        return probeEvery;
    }

    /** The address for a path of OpenAI's API, such as {@code /v1/models}. */
    public String at(String path) {
        return settings.url() + path.substring("/v1".length());
    }

    /** What it calls a model that this gateway calls {@code model}. */
    public String nameOf(String model) {
        UpstreamProperties.Model known = models.get(model);
        return known == null ? model : known.wire();
    }

    /** A client that reaches it, made of one that knows no secret. */
    public HttpClient reach(HttpClient plain) {
        String secret = key.get();
        HttpClient keyed =
                secret.isEmpty() ? plain : plain.headers(headers -> headers.set("authorization", "Bearer " + secret));
        SslContext own = tls;
        return own == null ? keyed : keyed.secure(spec -> spec.sslContext(own));
    }

    /** The same replica after it has named its models. */
    public Replica answered(Replica before, Set<String> named) {
        return replica(before.sequence() + 1, named);
    }

    /** How it stands in the routing table, its models being there as far as it names them. */
    Replica replica(long sequence, @Nullable Set<String> named) {
        URI base = settings.url();
        int port = base.getPort() > 0 ? base.getPort() : base.getScheme().equals("https") ? 443 : 80;
        return new Replica(
                "upstream:" + name(),
                URI.create(base.getScheme() + "://" + base.getHost() + ":" + port),
                Instant.EPOCH,
                sequence,
                false,
                settings.models().stream().map(model -> served(model, named)).toList(),
                this);
    }

    private Replica.Served served(UpstreamProperties.Model model, @Nullable Set<String> named) {
        Replica.State state = named == null
                ? Replica.State.LOADING
                : named.contains(model.wire()) ? Replica.State.READY : Replica.State.FAILED;
        return new Replica.Served(
                model.name(), "upstream:" + name(), state, model.contextLength(), 0, model.capabilities());
    }

    /** Never its key. */
    @Override
    public String toString() {
        return "Upstream " + name();
    }
}
