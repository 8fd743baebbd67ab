// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The last readings of every instance, and what can be said from them. Not for more than one thread. */
final class Window {

    private static final Predicate<Sample> ALL = sample -> true;
    private static final String NO_MODEL = "-";

    /** Readings of one instance, newest last. */
    private final Map<String, Deque<Reading>> readings = new TreeMap<>();

    private final long rateNanos;
    private final long keptNanos;
    private final int mostInstances;

    /**
     * @param rate over which rates are taken
     * @param kept over which percentiles are taken; longer than {@code rate}
     * @param mostInstances instances beyond these are left out
     */
    Window(Duration rate, Duration kept, int mostInstances) {
        this.rateNanos = rate.toNanos();
        this.keptNanos = kept.toNanos();
        this.mostInstances = mostInstances;
    }

    /** Takes what all instances said in one round; who was not asked any more is forgotten. */
    Figures take(Instant at, List<Reading> round) {
        List<Reading> kept = round.stream().limit(mostInstances).toList();
        readings.keySet().retainAll(kept.stream().map(Window::key).toList());
        for (Reading reading : kept) {
            Deque<Reading> own = readings.computeIfAbsent(key(reading), each -> new ArrayDeque<>());
            own.addLast(reading);
            while (own.size() > 1 && reading.nanos() - own.getFirst().nanos() > keptNanos) {
                own.removeFirst();
            }
        }
        return figures(at, kept);
    }

    private Figures figures(Instant at, List<Reading> now) {
        Predicate<Sample> ofModels = sample -> !sample.label("model").equals(NO_MODEL);
        Predicate<Sample> failed =
                ofModels.and(sample -> !sample.label("outcome").equals("ok")
                        && !sample.label("outcome").equals("cancelled"));
        Map<String, Long> failures = new TreeMap<>();
        growth(Names.REQUESTS, failed).stream()
                .filter(sample -> sample.value() > 0)
                .forEach(sample -> failures.merge(sample.label("outcome"), (long) sample.value(), Long::sum));
        return new Figures(
                at,
                rate(Names.REQUESTS, ofModels),
                rate(Names.REQUESTS, failed),
                rate(Names.TOKENS, ALL),
                rate(Names.PROMPT_TOKENS, ALL),
                Percentiles.of(growth(Names.TTFT, ofModels)),
                Percentiles.of(growth(Names.ITL, ALL)),
                total(now, Names.QUEUE) + total(now, Names.WAITING),
                total(now, Names.INFLIGHT),
                failures,
                now.stream()
                        .map(each -> new Figures.Service(each.service(), each.instance(), each.up(), each.problem()))
                        .toList(),
                now.stream().flatMap(this::models).toList(),
                EventFigures.of(now));
    }

    private static String key(Reading reading) {
        return reading.service() + "@" + reading.instance();
    }

    private static long total(List<Reading> now, String name) {
        return (long) now.stream().mapToDouble(each -> each.sum(name)).sum();
    }

    /** Growth per second over the last seconds, added up over instances. */
    private double rate(String name, Predicate<Sample> wanted) {
        double sum = 0;
        for (Deque<Reading> own : readings.values()) {
            Reading newest = own.getLast();
            Reading since = oldest(own, rateNanos);
            if (since == null) {
                continue;
            }
            double grown = newest.growth(since, name, wanted).stream()
                    .mapToDouble(Sample::value)
                    .sum();
            sum += grown / ((newest.nanos() - since.nanos()) / 1e9);
        }
        return sum;
    }

    private List<Sample> growth(String name, Predicate<Sample> wanted) {
        List<Sample> grown = new ArrayList<>();
        readings.values().forEach(own -> {
            Reading since = oldest(own, keptNanos);
            if (since != null) {
                grown.addAll(own.getLast().growth(since, name, wanted));
            }
        });
        return grown;
    }

    /** The oldest reading within a time before the newest, with which it can be compared; null if there is none. */
    private static @Nullable Reading oldest(Deque<Reading> own, long within) {
        Reading newest = own.getLast();
        if (!newest.up()) {
            return null;
        }
        return own.stream()
                .filter(Reading::up)
                .filter(each -> each.nanos() < newest.nanos() && newest.nanos() - each.nanos() <= within)
                .findFirst()
                .orElse(null);
    }

    private Stream<Figures.ModelAtReplica> models(Reading now) {
        return now.of(Names.SLOTS).map(slots -> model(now, slots));
    }

    private Figures.ModelAtReplica model(Reading now, Sample slots) {
        String model = slots.label("model");
        Predicate<Sample> own = sample -> sample.label("model").equals(model)
                || sample.label("model_name").equals(model);
        Reading since = oldest(readings.getOrDefault(key(now), new ArrayDeque<>(List.of(now))), keptNanos);
        Reading base = since == null ? now : since;
        Predicate<Sample> decode = own.and(sample -> sample.label("kind").equals("decode"));
        double steps = grown(now, base, Names.STEPS, decode);
        return new Figures.ModelAtReplica(
                now.instance(),
                model,
                (long) slots.value(),
                gauge(now, Names.ACTIVE, own),
                gauge(now, Names.PARKED, own),
                gauge(now, Names.CACHED, own),
                gauge(now, Names.WAITING, own),
                gauge(now, Names.OUTSTANDING, own),
                share(grown(now, base, Names.PREFIX_HITS, own), grown(now, base, Names.PREFIX_QUERIES, own)),
                share(grown(now, base, Names.TOKENS, own), steps),
                share(grown(now, base, Names.STEP_SECONDS, decode), steps));
    }

    private static long gauge(Reading now, String name, Predicate<Sample> own) {
        return (long) now.of(name).filter(own).mapToDouble(Sample::value).sum();
    }

    private static double grown(Reading now, Reading since, String name, Predicate<Sample> own) {
        return now.growth(since, name, own).stream().mapToDouble(Sample::value).sum();
    }

    private static @Nullable Double share(double part, double whole) {
        return whole > 0 ? part / whole : null;
    }
}
