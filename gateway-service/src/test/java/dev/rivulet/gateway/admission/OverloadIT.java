package dev.rivulet.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Three times what a replica can do, over HTTP: two greedy keys and a polite one. The replica has slots, a pace and a queue of
 * its own, and tells how long requests waited in it, as the real one does.
 */
class OverloadIT {

    private static final int SLOTS = 8;
    private static final Duration SERVICE = Duration.ofMillis(250);
    private static final double CAPACITY = SLOTS * 1_000.0 / SERVICE.toMillis();
    private static final int SECONDS = 20;
    private static final int QUEUE = 256;

    private record Told(String key, int status, double seconds, String retryAfter) {}

    /** Answers as many at once as it has slots, others wait. */
    private static final class PacedReplica implements StubReplica.Answer {

        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private int busy;

        @Override
        public Publisher<Void> apply(HttpServerRequest request, HttpServerResponse response) {
            long came = System.nanoTime();
            return Mono.<Long>create(sink -> enter(() -> sink.success(System.nanoTime() - came)))
                    .flatMap(queued -> Mono.delay(SERVICE).thenReturn(queued))
                    .doOnNext(queued -> leave())
                    .flatMap(queued -> response.header("content-type", "application/json")
                            .header("server-timing", String.format(Locale.ROOT, "queue;dur=%.3f", queued / 1e6))
                            .sendString(Mono.just("{\"choices\":[],\"usage\":{\"prompt_tokens\":10,"
                                    + "\"completion_tokens\":10,\"total_tokens\":20}}"))
                            .then());
        }

        private synchronized void enter(Runnable start) {
            if (busy < SLOTS) {
                busy++;
                start.run();
            } else {
                waiting.add(start);
            }
        }

        private synchronized void leave() {
            Runnable next = waiting.poll();
            if (next == null) {
                busy--;
            } else {
                next.run();
            }
        }
    }

    @Test
    void thePoliteKeyIsServedSoonAndTheGreedyOnesShareTheRest() throws Exception {
        Queue<Told> told = new ConcurrentLinkedQueue<>();
        try (GatewayFixture gateway = gateway();
                StubReplica replica = StubReplica.start("paced").answering(new PacedReplica());
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            gateway.join(replica);
            CountDownLatch open = new CountDownLatch(1);
            Disposable load = Flux.merge(
                            source(gateway, client, told, "greedy-1", 1.5 * CAPACITY),
                            source(gateway, client, told, "greedy-2", 1.5 * CAPACITY),
                            source(gateway, client, told, "polite", 2))
                    .doFinally(signal -> open.countDown())
                    .subscribe();
            assertThat(open.await(SECONDS + 60L, TimeUnit.SECONDS)).isTrue();
            load.dispose();
            assertThat(gateway.gate().running()).isZero();
            assertThat(gateway.gate().waiting()).isZero();
        }
        report(told);
        judge(told);
    }

    private static void judge(Queue<Told> told) {
        List<Told> polite =
                told.stream().filter(one -> one.key().equals("polite")).toList();
        double inOneLine = QUEUE / CAPACITY;
        assertThat(polite).hasSizeGreaterThan(SECONDS).allMatch(one -> one.status() == 200);
        assertThat(percentile(polite, 0.99))
                .as("in one line with the others it would be " + inOneLine + " s")
                .isLessThan(inOneLine / 3);
        assertThat(told).extracting(Told::status).containsOnly(200, 429, 503).contains(429);
        assertThat(told.stream().filter(one -> one.status() != 200))
                .allMatch(one -> one.retryAfter().matches("[1-9][0-9]?"));
        long one = served(told, "greedy-1");
        long other = served(told, "greedy-2");
        assertThat((double) Math.min(one, other) / Math.max(one, other)).isGreaterThan(0.8);
        assertThat(one + other + served(told, "polite")).as("goodput").isGreaterThan((long)
                (0.75 * CAPACITY * SECONDS));
    }

    private static void report(Queue<Told> told) {
        for (String key : List.of("polite", "greedy-1", "greedy-2")) {
            List<Told> served = told.stream()
                    .filter(one -> one.key().equals(key) && one.status() == 200)
                    .toList();
            System.out.printf(
                    Locale.ROOT,
                    "%s: %d served of %d, p50 %.2f s, p99 %.2f s%n",
                    key,
                    served.size(),
                    told.stream().filter(one -> one.key().equals(key)).count(),
                    percentile(served, 0.5),
                    percentile(served, 0.99));
        }
    }

    private static Flux<Told> source(
            GatewayFixture gateway, HttpClient client, Queue<Told> told, String key, double perSecond) {
        return Flux.interval(Duration.ofNanos((long) (1e9 / perSecond)), Schedulers.parallel())
                .take(Duration.ofSeconds(SECONDS))
                .onBackpressureDrop()
                .flatMap(tick -> ask(gateway, client, key), 2_000)
                .doOnNext(told::add);
    }

    private static Mono<Told> ask(GatewayFixture gateway, HttpClient client, String key) {
        HttpRequest request = HttpRequest.newBuilder(gateway.url(GatewayFixture.CHAT))
                .timeout(Duration.ofSeconds(50))
                .header("authorization", "Bearer rvk_" + key)
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(GatewayFixture.WHOLE))
                .build();
        return Mono.defer(() -> {
            long began = System.nanoTime();
            return Mono.fromFuture(client.sendAsync(request, BodyHandlers.ofString()))
                    .map(answer -> told(key, answer, (System.nanoTime() - began) / 1e9));
        });
    }

    private static Told told(String key, HttpResponse<String> answer, double seconds) {
        return new Told(
                key,
                answer.statusCode(),
                seconds,
                answer.headers().firstValue("retry-after").orElse(""));
    }

    private static long served(Queue<Told> told, String key) {
        return told.stream()
                .filter(one -> one.key().equals(key) && one.status() == 200)
                .count();
    }

    private static double percentile(List<Told> answers, double share) {
        double[] seconds = answers.stream().mapToDouble(Told::seconds).sorted().toArray();
        return seconds.length == 0 ? 0 : seconds[(int) (share * (seconds.length - 1))];
    }

    private static GatewayFixture gateway() {
        String[] names = {"greedy-1", "greedy-2", "polite"};
        return GatewayFixture.start(Arrays.stream(new int[] {0, 1, 2})
                .mapToObj(i -> List.of(
                        "rivulet.identity.keys[" + (i + 1) + "].name=" + names[i],
                        "rivulet.identity.keys[" + (i + 1) + "].sha256=" + GatewayFixture.sha256("rvk_" + names[i])))
                .flatMap(List::stream)
                .toArray(String[]::new));
    }
}
