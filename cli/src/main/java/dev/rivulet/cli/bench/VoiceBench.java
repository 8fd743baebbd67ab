// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.bench;

import dev.rivulet.cli.chat.AssistantEvents;
import dev.rivulet.cli.chat.SensesQuestion;
import dev.rivulet.cli.http.Api;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A part of the suite {@code pipeline}: questions that are spoken about a sketch. Time runs from the moment at which the whole request,
 * the recording with it, begins to be sent, which is before its last sound has arrived.
 *
 * @param api the gateway
 * @param model the name of the assistant
 * @param nanos a monotonic clock
 * @param rounds how often it is asked
 */
record VoiceBench(Api api, String model, LongSupplier nanos, int rounds) {

    private static final String SUITE = "pipeline";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final double GOAL_MILLIS = 500;
    private static final double MEDIAN = 0.5;
    private static final double P99 = 0.99;
    private static final int WARM_UP = 3;

    /** Rows of all rounds; none where the answers lacked what was said or what was shown. */
    List<BenchLine> run(byte[] sound, byte[] picture, String words) throws InterruptedException {
        SensesQuestion question = new SensesQuestion(model, sound, picture, words);
        for (int i = 0; i < WARM_UP; i++) {
            ask(question, new Seen());
        }
        Seen seen = new Seen();
        for (int i = 0; i < rounds; i++) {
            ask(question, seen);
        }
        if (seen.firstText.isEmpty() || seen.picture.isEmpty()) {
            return List.of();
        }
        return List.of(
                BenchLine.alone(SUITE, "voice and sketch: first text p50", "ms", seen.firstText.millis(MEDIAN))
                        .withAtMost(GOAL_MILLIS),
                BenchLine.alone(SUITE, "voice and sketch: first text p99", "ms", seen.firstText.millis(P99))
                        .withAtMost(GOAL_MILLIS),
                BenchLine.alone(SUITE, "voice and sketch: picture p50", "ms", seen.picture.millis(MEDIAN)),
                BenchLine.alone(SUITE, "voice and sketch: answers that lack something", "answers", seen.lacking));
    }

    private void ask(SensesQuestion question, Seen seen) throws InterruptedException {
        Once once = new Once(nanos.getAsLong());
        try (Stream<String> lines = api.lines("/v1/chat/completions", question.body(), PATIENCE)) {
            AssistantEvents.read(lines, once);
        }
        seen.take(once);
    }

    /** What was seen of all answers. */
    private static final class Seen {
        private final Samples firstText = new Samples();
        private final Samples picture = new Samples();
        private long lacking;

        void take(Once once) {
            if (!once.whole || once.text < 0) {
                lacking++;
                return;
            }
            firstText.add(once.text);
            if (once.picture >= 0) {
                picture.add(once.picture);
            }
        }
    }

    /** What was seen of one answer, in nanoseconds from its beginning. */
    private final class Once implements AssistantEvents {
        private final long begun;
        private long text = -1;
        private long picture = -1;
        private boolean whole;

        Once(long begun) {
            this.begun = begun;
        }

        @Override
        public void text(String piece) {
            text = text < 0 ? nanos.getAsLong() - begun : text;
        }

        @Override
        public void picture(String mediaType, byte[] file) {
            picture = picture < 0 ? nanos.getAsLong() - begun : picture;
        }

        @Override
        public void told(JsonNode rivulet) {
            whole = rivulet.path("missing").isEmpty();
        }
    }
}
