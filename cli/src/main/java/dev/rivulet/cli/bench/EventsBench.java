// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.bench;

import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The suite {@code events}: changes of models through the registry's transaction, outbox and relay to a reader of
 * {@code model.version.changed}, beside records of the same size on the same broker that nothing stands before. A change sets an
 * alias of a registered model or takes it away again; the aliases are gone afterwards.
 *
 * @param registry its interface
 * @param brokers host and port of the broker
 * @param process the registry's, or null if it runs elsewhere
 * @param nanoTime a monotonic clock
 * @param rounds alternations, at least 1; medians count
 * @param changes of a round, one after the other
 * @param burst changes of a round, as fast as they go
 */
record EventsBench(
        Api registry,
        String brokers,
        @Nullable ProcessHandle process,
        LongSupplier nanoTime,
        int rounds,
        int changes,
        int burst) {
    private static final String SUITE = "events";
    private static final String TOPIC = "model.version.changed";
    private static final String PEER = "plain produce and consume";
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration DRAINED = Duration.ofMinutes(5);
    private static final int WRITERS_OF_A_MODEL = 2;
    private static final int MOST_MODELS = 4;
    private static final double P99 = 0.99;

    /** A model that is registered, and one of its versions. */
    private record Known(String model, String version) {}

    /** An alias that is set and taken away in turn. */
    private final class Alias {
        private final Known known;
        private final String path;
        private boolean there;

        private Alias(Known known, int number) {
            this.known = known;
            this.path = "/api/models/" + known.model() + "/aliases/bench-" + number;
        }

        private void change() throws InterruptedException {
            registry.send(there ? "DELETE" : "PUT", path, Map.of("version", known.version()), ANSWER);
            there = !there;
        }

        private void leave() throws InterruptedException {
            if (there) {
                change();
            }
        }
    }

    /** Medians of rounds are taken of these. */
    private static final class Rounds {
        private final Samples answered = new Samples();
        private final Samples read = new Samples();
        private final Samples plain = new Samples();
        private final List<Double> ourRate = new ArrayList<>();
        private final List<Double> plainRate = new ArrayList<>();
        private final List<Double> perProcessorSecond = new ArrayList<>();
    }

    List<BenchLine> run() throws InterruptedException, ExecutionException {
        List<Alias> aliases = aliases();
        Rounds measured = new Rounds();
        try (TopicWatch ours = new TopicWatch(brokers, TOPIC, nanoTime);
                PlainTopic plain = new PlainTopic(
                        brokers, "bench." + ProcessHandle.current().pid(), nanoTime)) {
            round(aliases, ours, plain, new Rounds());
            for (int round = 0; round < rounds; round++) {
                round(aliases, ours, plain, measured);
            }
        } finally {
            for (Alias alias : aliases) {
                alias.leave();
            }
        }
        return lines(measured);
    }

    private List<Alias> aliases() throws InterruptedException {
        List<Alias> aliases = new ArrayList<>();
        for (JsonNode model :
                registry.get("/api/models?limit=" + MOST_MODELS, ANSWER).path("models")) {
            String version = model.path("versions").path(0).path("version").asString("");
            if (!version.isEmpty()) {
                Known known = new Known(model.path("name").asString(), version);
                for (int i = 0; i < WRITERS_OF_A_MODEL; i++) {
                    aliases.add(new Alias(known, i));
                }
            }
        }
        if (aliases.isEmpty()) {
            throw new UsageException("There is no model whose aliases could be changed: register one first.");
        }
        return aliases;
    }

    private void round(List<Alias> aliases, TopicWatch ours, PlainTopic plain, Rounds into)
            throws InterruptedException, ExecutionException {
        for (int i = 0; i < changes; i++) {
            Alias alias = aliases.get(i % aliases.size());
            int before = ours.count(alias.known.model());
            long asked = nanoTime.getAsLong();
            alias.change();
            long answered = nanoTime.getAsLong();
            long read = ours.next(alias.known.model(), before, ANSWER);
            into.answered.add(answered - asked);
            into.read.add(read - asked);
            byte[] value = new byte[ours.bytes()];
            int seen = plain.watch().count("key");
            long sent = nanoTime.getAsLong();
            plain.send("key", value);
            into.plain.add(plain.watch().next("key", seen, ANSWER) - sent);
        }
        burst(aliases, ours, into);
        plainBurst(plain, ours.bytes(), into);
    }

    private void burst(List<Alias> aliases, TopicWatch ours, Rounds into)
            throws InterruptedException, ExecutionException {
        int before = ours.count();
        int each = Math.max(1, burst / aliases.size());
        long processor = processor();
        long began = nanoTime.getAsLong();
        try (ExecutorService writers = Executors.newFixedThreadPool(aliases.size())) {
            List<Future<?>> running = new ArrayList<>();
            for (Alias alias : aliases) {
                running.add(writers.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        alias.change();
                    }
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
        ours.until(before + each * aliases.size(), DRAINED);
        double seconds = (nanoTime.getAsLong() - began) / 1e9;
        into.ourRate.add(each * aliases.size() / seconds);
        double spent = (processor() - processor) / 1e9;
        if (spent > 0) {
            into.perProcessorSecond.add(each * aliases.size() / spent);
        }
    }

    private void plainBurst(PlainTopic plain, int bytes, Rounds into) throws InterruptedException {
        int before = plain.watch().count();
        byte[] value = new byte[bytes];
        long began = nanoTime.getAsLong();
        for (int i = 0; i < burst; i++) {
            plain.send("key-" + i % WRITERS_OF_A_MODEL, value);
        }
        plain.watch().until(before + burst, DRAINED);
        into.plainRate.add(burst / ((nanoTime.getAsLong() - began) / 1e9));
    }

    /** Processor time of the registry in nanoseconds; 0 where it is not known. */
    private long processor() {
        return process == null
                ? 0
                : process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    private static List<BenchLine> lines(Rounds measured) {
        List<BenchLine> lines = new ArrayList<>();
        for (double share : new double[] {0.5, P99}) {
            String which = share == P99 ? "p99" : "p50";
            lines.add(BenchLine.beside(
                    SUITE,
                    "change asked for to event read, " + which,
                    "ms",
                    measured.read.millis(share),
                    measured.plain.millis(share),
                    PEER));
            lines.add(BenchLine.alone(
                    SUITE, "change asked for to answer, " + which, "ms", measured.answered.millis(share)));
        }
        lines.add(BenchLine.beside(SUITE, "events", "1/s", median(measured.ourRate), median(measured.plainRate), PEER));
        if (!measured.perProcessorSecond.isEmpty()) {
            lines.add(BenchLine.alone(
                    SUITE,
                    "events for a second of the registry's processor",
                    "1/s",
                    median(measured.perProcessorSecond)));
        }
        return lines;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
