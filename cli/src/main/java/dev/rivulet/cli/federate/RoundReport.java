// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.federate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One round as its events tell it.
 *
 * @param round its number
 * @param base version that devices trained from
 * @param cohort devices that were asked
 * @param counted devices whose updates count
 * @param dropped reason to how many devices dropped out for it
 * @param bytes of each update that counts
 * @param seconds from its beginning to its end; to the last event while it goes on
 * @param outcome {@code goal}, {@code all_answered}, {@code cut_off}, … why it closed, or why it failed; empty while it goes on
 * @param over whether it has ended
 * @param version that it made; null if none
 * @param sha256 of that version's bytes
 * @param loss mean of the base over the devices' examples, as far as they said
 * @param accuracy of the base on what devices held out, as far as they said
 * @param epsilon spent by the federation with this round; null without differential privacy
 */
public record RoundReport(
        long round,
        long base,
        int cohort,
        int counted,
        Map<String, Integer> dropped,
        List<Long> bytes,
        double seconds,
        String outcome,
        boolean over,
        @Nullable Long version,
        String sha256,
        @Nullable Double loss,
        @Nullable Double accuracy,
        @Nullable Double epsilon) {

    public RoundReport {
        dropped = Collections.unmodifiableMap(new TreeMap<>(dropped));
        bytes = List.copyOf(bytes);
    }

    /** Devices that were asked and neither answered nor dropped out by the end. */
    int stragglers() {
        return cohort
                - counted
                - dropped.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Reads the events of a round, of which there is one or more. */
    static RoundReport of(long round, JsonNode events) {
        Reading reading = new Reading();
        for (JsonNode each : events) {
            reading.take(each.path("type").asString(""), each.path("event"));
        }
        return reading.report(round);
    }

    private static final class Reading {
        private final Map<String, Integer> dropped = new TreeMap<>();
        private final List<Long> bytes = new ArrayList<>();
        private final Weighted accuracy = new Weighted();
        private @Nullable Instant opened;
        private @Nullable Instant last;
        private long base;
        private int cohort;
        private String outcome = "";
        private boolean over;
        private @Nullable Long version;
        private String sha256 = "";
        private @Nullable Double loss;
        private @Nullable Double epsilon;

        void take(String type, JsonNode event) {
            last = Instant.parse(event.path("at").asString());
            switch (type) {
                case "Opened" -> {
                    opened = last;
                    base = event.path("base").asLong(0);
                    cohort = event.path("devices").size();
                }
                case "Joined" -> cohort += event.path("devices").size();
                case "Counted" -> counted(event.path("contribution"));
                case "Dropped" -> dropped.merge(event.path("reason").asString("?"), 1, Integer::sum);
                case "Closed" -> outcome = word(event.path("why"));
                case "Charged" -> epsilon = event.path("epsilon").asDouble(0);
                case "Aggregated" -> aggregated(event);
                case "Published" -> over = true;
                case "Failed" -> {
                    outcome = word(event.path("why"));
                    over = true;
                }
                default -> {
                    // Events of a newer service are told by no column.
                }
            }
        }

        private void counted(JsonNode contribution) {
            bytes.add(contribution.path("size").asLong(0));
            JsonNode said = contribution.path("metrics").path("accuracy-before");
            if (said.isNumber()) {
                accuracy.add(said.asDouble(), contribution.path("weight").asDouble(1));
            }
        }

        private void aggregated(JsonNode event) {
            version = event.path("version").asLong(0);
            sha256 = event.path("sha256").asString("");
            JsonNode before = event.path("loss_before");
            loss = before.isNumber() ? before.asDouble() : null;
        }

        private static String word(JsonNode why) {
            return why.asString("").toLowerCase(java.util.Locale.ROOT);
        }

        RoundReport report(long round) {
            double seconds = opened == null || last == null
                    ? 0
                    : Duration.between(opened, last).toNanos() / 1e9;
            OptionalDouble mean = accuracy.mean();
            return new RoundReport(
                    round,
                    base,
                    cohort,
                    bytes.size(),
                    dropped,
                    bytes,
                    seconds,
                    outcome,
                    over,
                    version,
                    sha256,
                    loss,
                    mean.isPresent() ? mean.getAsDouble() : null,
                    epsilon);
        }
    }

    private static final class Weighted {
        private double sum;
        private double weight;

        void add(double value, double its) {
            sum += value * its;
            weight += its;
        }

        OptionalDouble mean() {
            return weight > 0 ? OptionalDouble.of(sum / weight) : OptionalDouble.empty();
        }
    }
}
