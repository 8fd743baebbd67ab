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
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String BODY = "{\"model\":\"" + PacedUpstream.MODEL
            + "\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";

    /** What came of it: how long it took, and how many did not come back well. */
    record Outcome(Delays delays, long failed) {}

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
        await(
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
                                        .repeat(() -> nanos.getAsLong() < end),
                                clients),
                time.plus(PATIENCE));
        return new Outcome(delays, failed.get());
    }

    /** Streams side by side until all have ended; the time of an event is that from its stamp to its arrival. */
    Outcome streams(int count, Duration longest) throws InterruptedException {
        Delays delays = new Delays();
        AtomicLong failed = new AtomicLong();
        await(
                Flux.range(0, count)
                        .flatMap(
                                number -> stream(delays, () -> {}).onErrorResume(failure -> {
                                    failed.incrementAndGet();
                                    return Mono.empty();
                                }),
                                count),
                longest);
        return new Outcome(delays, failed.get());
    }

    /** Opens streams and keeps them, once each has had its first event, until the result is disposed of. */
    Disposable hold(int count) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(count);
        Disposable held = Flux.range(0, count)
                .flatMap(number -> stream(new Delays(), begun::countDown).onErrorComplete(), count)
                .subscribe();
        if (!begun.await(PATIENCE.multipliedBy(4).toSeconds(), TimeUnit.SECONDS)) {
            held.dispose();
            throw new IllegalStateException(begun.getCount() + " of " + count + " streams did not begin");
        }
        return held;
    }

    @Override
    public void close() {
        connections.dispose();
    }

    private static void await(Flux<?> work, Duration longest) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        Disposable running = work.doFinally(signal -> over.countDown()).subscribe();
        if (!over.await(longest.toMillis(), TimeUnit.MILLISECONDS)) {
            running.dispose();
            throw new IllegalStateException("the work did not end in " + longest);
        }
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
