// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;

/** Clients with keys of their own who stream chats from one gateway, each at a fixed rate whatever comes of it. */
final class Crowd implements AutoCloseable {

    private static final int MOST = 5_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Words of the prompt. */
    private static final int PROMPT = 50;

    private static final byte[] BODY = ("{\"model\":\"" + PacedUpstream.MODEL
                    + "\",\"stream\":true,\"max_tokens\":10,\"messages\":[{\"role\":\"user\",\"content\":\""
                    + "word ".repeat(PROMPT) + "\"}]}")
            .getBytes(StandardCharsets.US_ASCII);

    private final ConnectionProvider connections = ConnectionProvider.builder("crowd")
            .maxConnections(MOST)
            .pendingAcquireMaxCount(MOST)
            .build();
    private final HttpClient http;
    private final LongSupplier nanos;
    private final Queue<One> ended = new ConcurrentLinkedQueue<>();

    /**
     * What came of one request.
     *
     * @param asked when, in nanoseconds
     * @param status 0 if there was no answer
     * @param firstToken nanoseconds until the first bytes of the answer
     * @param retryAfter seconds; 0 if it was not told
     */
    record One(String key, long asked, int status, long firstToken, int retryAfter) {}

    /** What came of many. */
    record Told(List<One> ones) {

        Told of(String key) {
            return new Told(ones.stream().filter(one -> one.key().equals(key)).toList());
        }

        List<String> keys() {
            return ones.stream().map(One::key).distinct().sorted().toList();
        }

        long count(int status) {
            return ones.stream().filter(one -> one.status() == status).count();
        }

        long refused() {
            return ones.size() - count(200);
        }

        long others() {
            return ones.size() - count(200) - count(429) - count(503);
        }

        /** Milliseconds of those who were served. */
        double firstToken(double quantile) {
            double[] sorted = ones.stream()
                    .filter(one -> one.status() == 200)
                    .mapToDouble(one -> one.firstToken() / 1e6)
                    .sorted()
                    .toArray();
            return sorted.length == 0 ? Double.NaN : sorted[(int) Math.round(quantile * (sorted.length - 1))];
        }

        /**
         * What those refused at once were told, by the time that the same key's next request had to wait which was let in: sorted.
         * Whoever came back then would have found as long a line.
         */
        double[] retryAfters() {
            return keys().stream()
                    .map(this::of)
                    .flatMap(Told::ratios)
                    .mapToDouble(Double::doubleValue)
                    .sorted()
                    .toArray();
        }

        private Stream<Double> ratios() {
            List<One> inOrder = ones.stream()
                    .sorted((one, other) -> Long.compare(one.asked(), other.asked()))
                    .toList();
            Double[] ratios = new Double[inOrder.size()];
            @Nullable One next = null;
            for (int i = inOrder.size() - 1; i >= 0; i--) {
                One one = inOrder.get(i);
                if (one.status() == 200) {
                    next = one;
                } else if (one.status() == 429 && next != null) {
                    ratios[i] = one.retryAfter() / Math.max(1.0, next.firstToken() / 1e9);
                }
            }
            return Arrays.stream(ratios).filter(ratio -> ratio != null);
        }
    }

    /** @param nanos a monotonic clock */
    Crowd(int port, LongSupplier nanos) {
        this.nanos = nanos;
        this.http = HttpClient.create(connections)
                .disableRetry(true)
                .host("127.0.0.1")
                .port(port)
                .headers(headers -> headers.set("content-type", "application/json"));
    }

    /** Keys and their requests a second, until the time is over and all have ended. */
    void send(Duration time, Object... keysAndRates) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(keysAndRates.length / 2);
        for (int i = 0; i < keysAndRates.length; i += 2) {
            String key = (String) keysAndRates[i];
            Flux.interval(Duration.ofNanos((long) (1e9 / (double) keysAndRates[i + 1])))
                    .take(time)
                    .onBackpressureDrop()
                    .flatMap(tick -> ask(key), MOST)
                    .doOnNext(ended::add)
                    .doFinally(signal -> over.countDown())
                    .subscribe();
        }
        if (!over.await(time.plus(PATIENCE).toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the requests did not end in " + time.plus(PATIENCE));
        }
    }

    /** What has ended since this was asked last. */
    Told told() {
        Told told = new Told(List.copyOf(ended));
        ended.clear();
        return told;
    }

    @Override
    public void close() {
        connections.dispose();
    }

    private Mono<One> ask(String key) {
        return Mono.defer(() -> {
            long asked = nanos.getAsLong();
            return http.headers(headers -> headers.set("authorization", "Bearer " + Doors.key(key)))
                    .post()
                    .uri("/v1/chat/completions")
                    .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(BODY)))
                    .response((response, content) -> content.map(bytes -> nanos.getAsLong() - asked)
                            .defaultIfEmpty(0L)
                            .reduce((first, later) -> first)
                            .map(first -> one(key, asked, response, first)))
                    .single()
                    .timeout(PATIENCE)
                    .onErrorReturn(new One(key, asked, 0, 0, 0));
        });
    }

    private static One one(String key, long asked, HttpClientResponse response, long firstToken) {
        String retryAfter = response.responseHeaders().get("retry-after", "0");
        return new One(key, asked, response.status().code(), firstToken, Integer.parseInt(retryAfter));
    }
}
