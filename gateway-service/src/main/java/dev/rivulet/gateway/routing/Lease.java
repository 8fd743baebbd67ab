// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Work on one replica, which counts until it is closed. Safe for use by many threads. */
public final class Lease implements AutoCloseable {

    private final Guards.Pass pass;
    private final Runnable end;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final Sinks.Empty<Void> left = Sinks.empty();

    Lease(Guards.Pass pass, Runnable end) {
        this.pass = pass;
        this.end = end;
    }

    /** The replica has begun to answer as it should. */
    public void succeeded() {
        pass.succeeded();
    }

    /** The replica has failed, perhaps within its answer. */
    public void failed(Throwable failure) {
        pass.failed(failure);
    }

    /** Completes when the replica has left the table because it doesn't answer when it is asked. */
    public Mono<Void> left() {
        return left.asMono();
    }

    void leave() {
        left.tryEmitEmpty();
    }

    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            pass.close();
            end.run();
        }
    }
}
