// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.transport.TransportConfig;

/**
 * A pool of connections for each event loop, so that what a replica writes is read by the loop that writes it to the caller: a
 * connection that another loop has opened costs a wake-up of a second thread for each event. Other threads share one pool.
 * Limits are those of each pool.
 */
final class LoopConnections implements ConnectionProvider {

    private final Supplier<ConnectionProvider> pools;
    private final ConnectionProvider shared;
    private final Map<Thread, ConnectionProvider> own = new ConcurrentHashMap<>();

    /** @param pools makes a pool; called once for each loop, and once more */
    LoopConnections(Supplier<ConnectionProvider> pools) {
        this.pools = pools;
        this.shared = pools.get();
    }

    @Override
    public Mono<? extends Connection> acquire(
            TransportConfig config,
            ConnectionObserver observer,
            @Nullable Supplier<? extends SocketAddress> remote,
            @Nullable AddressResolverGroup<?> resolvers) {
        return Mono.defer(() -> pool().acquire(config, observer, remote, resolvers));
    }

    private ConnectionProvider pool() {
        Thread thread = Thread.currentThread();
        return thread instanceof FastThreadLocalThread ? own.computeIfAbsent(thread, _ -> pools.get()) : shared;
    }

    @Override
    public void disposeWhen(SocketAddress remote) {
        all().forEach(pool -> pool.disposeWhen(remote));
    }

    @Override
    public Mono<Void> disposeLater() {
        return Flux.fromIterable(all())
                .flatMap(ConnectionProvider::disposeLater)
                .then();
    }

    @Override
    public void dispose() {
        disposeLater().subscribe();
    }

    @Override
    public boolean isDisposed() {
        return shared.isDisposed();
    }

    @Override
    public int maxConnections() {
        return shared.maxConnections();
    }

    @Override
    public @Nullable Map<SocketAddress, Integer> maxConnectionsPerHost() {
        return shared.maxConnectionsPerHost();
    }

    @Override
    public @Nullable String name() {
        return shared.name();
    }

    private List<ConnectionProvider> all() {
        List<ConnectionProvider> all = new ArrayList<>(own.values());
        all.add(shared);
        return all;
    }
}
