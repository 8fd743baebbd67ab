// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import java.util.concurrent.Executor;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.core.scheduler.Scheduler.Worker;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;

/** The thread that owns a connection: what is written from there needs no hop. */
final class EventLoop {

    private EventLoop() {}

    /** An executor that runs tasks one at a time in order. */
    static Executor of(ServerHttpRequest request) {
        if (ServerHttpRequestDecorator.getNativeRequest(request) instanceof Connection connection) {
            return connection.channel().eventLoop();
        }
        Worker worker = Schedulers.parallel().createWorker();
        return worker::schedule;
    }
}
