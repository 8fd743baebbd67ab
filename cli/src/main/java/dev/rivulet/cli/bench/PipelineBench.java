// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.bench;

import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The suite {@code pipeline}: streamed questions to the assistant, one after the other. What its stages took is told by the last chunk of
 * every answer; that they overlap shows where all of them together take hardly longer than the longest path through their graph.
 *
 * @param api the gateway
 * @param model the name of the assistant
 * @param nanos a monotonic clock
 * @param rounds how often every text is asked
 */
record PipelineBench(Api api, String model, LongSupplier nanos, int rounds) {

    private static final String SUITE = "pipeline";
    private static final String DATA = "data:";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final double GOAL = 1.15;
    private static final double MEDIAN = 0.5;
    private static final double P99 = 0.99;
    private static final double NANOS_A_MILLI = 1e6;
    private static final JsonMapper JSON = JsonMapper.shared();

    /** What was seen of all answers. */
    private static final class Seen {
        private final Samples firstPiece = new Samples();
        private final Samples wall = new Samples();
        private final Samples path = new Samples();
        private final Map<String, Samples> stages = new TreeMap<>();
        private long incomplete;
        private long answers;
    }

    List<BenchLine> run(List<String> texts) throws InterruptedException {
        for (String text : texts) {
            ask(text, new Seen());
        }
        Seen seen = new Seen();
        for (int round = 0; round < rounds; round++) {
            for (String text : texts) {
                ask(text, seen);
            }
        }
        return lines(seen);
    }

    private void ask(String text, Seen seen) throws InterruptedException {
        Map<String, Object> body =
                Map.of("model", model, "stream", true, "messages", List.of(Map.of("role", "user", "content", text)));
        long began = nanos.getAsLong();
        boolean spoken = false;
        try (Stream<String> lines = api.lines("/v1/chat/completions", body, PATIENCE)) {
            for (Iterator<String> line = lines.iterator(); line.hasNext(); ) {
                String next = line.next();
                if (!next.startsWith(DATA + " {")) {
                    continue;
                }
                JsonNode chunk = JSON.readTree(next.substring(DATA.length()));
                String piece = chunk.path("choices")
                        .path(0)
                        .path("delta")
                        .path("content")
                        .asString("");
                if (!spoken && !piece.isEmpty()) {
                    spoken = true;
                    seen.firstPiece.add(nanos.getAsLong() - began);
                }
                if (chunk.has("rivulet")) {
                    take(chunk.path("rivulet"), seen);
                }
            }
        }
    }

    private static void take(JsonNode told, Seen seen) {
        seen.answers++;
        if (!told.path("missing").isEmpty()) {
            seen.incomplete++;
            return;
        }
        seen.wall.add(nanos(told.path("ms")));
        seen.path.add(nanos(told.path("longest_path_ms")));
        told.path("stages")
                .properties()
                .forEach(stage -> seen.stages
                        .computeIfAbsent(stage.getKey(), name -> new Samples())
                        .add(nanos(stage.getValue().path("ms"))));
    }

    private static long nanos(JsonNode millis) {
        return Math.round(millis.asDouble(0) * NANOS_A_MILLI);
    }

    private List<BenchLine> lines(Seen seen) {
        if (seen.wall.isEmpty() || seen.firstPiece.isEmpty()) {
            throw new UsageException("'" + model + "' gave no answer in which nothing was missing (" + seen.incomplete
                    + " of " + seen.answers + " lacked something). Is it the assistant, and are its models ready?");
        }
        List<BenchLine> lines = new ArrayList<>();
        lines.add(BenchLine.alone(SUITE, "first piece of text p50", "ms", seen.firstPiece.millis(MEDIAN)));
        lines.add(BenchLine.alone(SUITE, "first piece of text p99", "ms", seen.firstPiece.millis(P99)));
        lines.add(BenchLine.beside(
                        SUITE,
                        "all stages p50",
                        "ms",
                        seen.wall.millis(MEDIAN),
                        seen.path.millis(MEDIAN),
                        "longest path")
                .withRatioAtMost(GOAL));
        seen.stages.forEach((name, times) ->
                lines.add(BenchLine.alone(SUITE, "stage " + name + " p50", "ms", times.millis(MEDIAN))));
        lines.add(BenchLine.alone(SUITE, "answers that lack something", "answers", seen.incomplete));
        return lines;
    }
}
