// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Looks over the routing table at a steady pace while the gateway runs; a slow look delays the next one. */
final class LookOver implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(LookOver.class);

    private final Routes routes;
    private final Duration tick;
    private @Nullable Disposable running;

    LookOver(Routes routes, Duration tick) {
        this.routes = routes;
        this.tick = tick;
    }

    @Override
    public synchronized void start() {
        running = Flux.interval(tick)
                .onBackpressureDrop()
                .concatMap(beat -> routes.lookOver().onErrorResume(this::failed), 1)
                .subscribe();
    }

    @Override
    public synchronized void stop() {
        if (running != null) {
            running.dispose();
            running = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return running != null;
    }

    private Mono<Void> failed(Throwable failure) {
        log.error("Looking over the routing table failed", failure);
        return Mono.empty();
    }
}
