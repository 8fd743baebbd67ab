// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Sends chats to one server: at a set rate, as fast as it answers, as streams at their pace, or as streams that stay open. */
final class Load implements AutoCloseable {

    private static final int MOST_CONNECTIONS = 20_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration OPENING = Duration.ofSeconds(60);
    private static final String BODY = "{\"model\":\"" + PacedUpstream.MODEL
            + "\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";

    /** What came of it: how long it took, and how many did not come back well or in time. */
    record Outcome(Delays delays, long failed) {}

    /**
     * Streams that stay open.
     *
     * @param begun how many had their first event
     * @param streams closes them when it is disposed of
     */
    record Open(int begun, Disposable streams) {}

    private final HttpClient http;
    private final ConnectionProvider connections;
    private final LongSupplier nanos;

    /** @param nanos the clock of the upstream */
    Load(int port, String key, LongSupplier nanos) {
        this.nanos = nanos;
        this.connections = ConnectionProvider.builder("load")
                .maxConnections(MOST_CONNECTIONS)
                .pendingAcquireMaxCount(MOST_CONNECTIONS)
                .build();
        this.http = HttpClient.create(connections)
                .disableRetry(true)
                .host("127.0.0.1")
                .port(port)
                .headers(headers ->
                        headers.set("authorization", "Bearer " + key).set("content-type", "application/json"));
    }

    /** Whole answers at a fixed rate, whatever the server makes of it; times count from when a request was due. */
    Outcome atRate(int perSecond, Duration time) throws InterruptedException {
        Delays delays = new Delays();
        AtomicLong failed = new AtomicLong();
        long gap = Duration.ofSeconds(1).toNanos() / perSecond;
        long count = time.toNanos() / gap;
        CountDownLatch left = new CountDownLatch((int) count);
        long begin = nanos.getAsLong();
        for (long i = 0; i < count; i++) {
            long due = begin + i * gap;
            TimeUnit.NANOSECONDS.sleep(due - nanos.getAsLong());
            whole().doFinally(signal -> left.countDown())
                    .subscribe(done -> delays.add(nanos.getAsLong() - due), failure -> failed.incrementAndGet());
        }
        boolean all = left.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return new Outcome(delays, failed.get() + (all ? 0 : left.getCount()));
    }

    /** Whole answers, each connection asking anew as soon as it was answered. */
    Outcome closed(int clients, Duration time) throws InterruptedException {
        Delays delays = new Delays();
        AtomicLong failed = new AtomicLong();
        long end = nanos.getAsLong() + time.toNanos();
        long late = await(
                clients,
                Flux.range(0, clients)
                        .flatMap(
                                client -> Mono.defer(() -> {
                                            long begin = nanos.getAsLong();
                                            return whole().doOnNext(done -> delays.add(nanos.getAsLong() - begin))
                                                    .onErrorResume(failure -> {
                                                        failed.incrementAndGet();
                                                        return Mono.empty();
                                                    });
                                        })
                                        .repeat(() -> nanos.getAsLong() < end)
                                        .then(Mono.just(client)),
                                clients),
                time.plus(PATIENCE));
        return new Outcome(delays, failed.get() + late);
    }

    /** Streams side by side until all have ended or the time is over; the time of an event is that from its stamp to its arrival. */
    Outcome streams(int count, Duration longest) throws InterruptedException {
        Delays delays = new Delays();
        AtomicLong failed = new AtomicLong();
        long late = await(
                count,
                Flux.range(0, count)
                        .flatMap(
                                number -> stream(delays, () -> {}).onErrorResume(failure -> {
                                    failed.incrementAndGet();
                                    return Mono.just(0L);
                                }),
                                count),
                longest);
        return new Outcome(delays, failed.get() + late);
    }

    /** Opens streams and keeps them once each has had its first event or a minute is over. */
    Open hold(int count) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(count);
        Disposable held = Flux.range(0, count)
                .flatMap(number -> stream(new Delays(), begun::countDown).onErrorComplete(), count)
                .subscribe();
        boolean all = begun.await(OPENING.toSeconds(), TimeUnit.SECONDS);
        return new Open(all ? count : count - (int) begun.getCount(), held);
    }

    @Override
    public void close() {
        connections.dispose();
    }

    /** @return how many of the parts had not ended in time */
    private static long await(int parts, Flux<?> work, Duration longest) throws InterruptedException {
        CountDownLatch left = new CountDownLatch(parts);
        Disposable running = work.subscribe(ended -> left.countDown());
        boolean all = left.await(longest.toMillis(), TimeUnit.MILLISECONDS);
        running.dispose();
        return all ? 0 : left.getCount();
    }

    private Mono<Integer> whole() {
        return http.post()
                .uri("/v1/chat/completions")
                .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body(false))))
                .responseSingle((response, content) -> content.asByteArray()
                        .filter(bytes -> response.status().code() == 200)
                        .map(bytes -> bytes.length))
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("no answer")))
                .timeout(PATIENCE);
    }

    private Mono<Long> stream(Delays delays, Runnable first) {
        StampReader stamps = new StampReader(stamp -> {
            if (delays.count() == 0) {
                first.run();
            }
            delays.add(nanos.getAsLong() - stamp);
        });
        return http.post()
                .uri("/v1/chat/completions")
                .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body(true))))
                .response((response, content) -> response.status().code() == 200
                        ? content.doOnNext(stamps::read)
                        : Flux.error(new IllegalStateException(response.status().toString())))
                .count();
    }

    private static byte[] body(boolean stream) {
        return String.format(BODY, stream).getBytes(StandardCharsets.US_ASCII);
    }
}
