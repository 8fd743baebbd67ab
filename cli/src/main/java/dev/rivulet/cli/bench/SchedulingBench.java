// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.bench;

import dev.rivulet.cli.chat.Completions;
import dev.rivulet.cli.chat.Completions.Message;
import dev.rivulet.cli.chat.Completions.Question;
import dev.rivulet.cli.home.UsageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * The suite {@code scheduling}: what a known prefix saves, and what a long prompt costs those who read at the same time. Both are
 * compared with the same work on the same machine without it, in alternation.
 *
 * @param completions of the server that is measured
 * @param model its name
 * @param nanoTime a monotonic clock
 * @param rounds of every comparison, at least 1; medians count
 * @param words what prompts are made of, at least 1
 * @param time of one round of streams, with and without the long prompt each
 */
record SchedulingBench(
        Completions completions, String model, List<String> words, LongSupplier nanoTime, int rounds, Duration time) {
    private static final String SUITE = "scheduling";
    private static final int STREAMS = 7;
    private static final int ANSWER_TOKENS = 128;
    private static final int CALIBRATION_WORDS = 64;
    private static final double MOST_OF_FIRST = 0.1;
    private static final double MOST_OF_ALONE = 2;
    private static final double MEDIAN = 0.5;
    private static final double P99 = 0.99;
    static final List<String> WORDS =
            List.of("light", "room", "window", "heating", "kitchen", "floor", "meeting", "evening", "door", "please");

    /**
     * Measures.
     *
     * @param prefix tokens of the prefix that is repeated
     * @param prompt tokens of the prompt that arrives while others read
     */
    List<BenchLine> run(int prefix, int prompt) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(nanoTime.getAsLong());
        double wordTokens = calibrate(random);
        return List.of(
                repeatedPrefix(prefix, (int) (prefix / wordTokens), random),
                besideAPrompt(prompt, (int) (prompt / wordTokens), random));
    }

    /** Tokens of a word, from the difference of two prompts. */
    private double calibrate(SplittableRandom random) throws InterruptedException {
        int one = ask(words(1, random), 1, new Samples()).promptTokens();
        int many = ask(words(1 + CALIBRATION_WORDS, random), 1, new Samples()).promptTokens();
        if (many <= one) {
            throw new UsageException("The server does not tell how many tokens a prompt has.");
        }
        return (double) (many - one) / CALIBRATION_WORDS;
    }

    private BenchLine repeatedPrefix(int tokens, int words, SplittableRandom random) throws InterruptedException {
        Samples first = new Samples();
        Samples second = new Samples();
        for (int round = 0; round < rounds; round++) {
            String prefix = words(words, random);
            ask(prefix + " and now the light", 1, first);
            ask(prefix + " but then the door", 1, second);
        }
        String work = "TTFT, repeated " + tokens + "-token prefix";
        return BenchLine.beside(SUITE, work, "ms", second.millis(MEDIAN), first.millis(MEDIAN), "first request")
                .withRatioAtMost(MOST_OF_FIRST);
    }

    private BenchLine besideAPrompt(int tokens, int words, SplittableRandom random) throws InterruptedException {
        List<Double> alone = new ArrayList<>();
        List<Double> beside = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            alone.add(streams(random).betweenTokens().millis(P99));
            beside.add(whilePromptsArrive(words, random));
        }
        String work = "inter-token p99, " + STREAMS + " streams, " + tokens + "-token prompt";
        return BenchLine.beside(SUITE, work, "ms", median(beside), median(alone), "without the prompt")
                .withRatioAtMost(MOST_OF_ALONE);
    }

    private ServeLoad.Seen streams(SplittableRandom random) throws InterruptedException {
        List<Question> questions = new ArrayList<>();
        for (int stream = 0; stream < STREAMS; stream++) {
            questions.add(question(words(4, random), ANSWER_TOKENS));
        }
        ServeLoad.Seen seen = new ServeLoad.Seen();
        new ServeLoad(completions, questions, nanoTime).run(STREAMS, time, seen);
        if (seen.betweenTokens().isEmpty()) {
            throw new UsageException("No answer had two pieces; nothing to measure between tokens.");
        }
        return seen;
    }

    /** As long as the streams run, one prompt after the other arrives, so that some prefill is always under way. */
    private double whilePromptsArrive(int words, SplittableRandom random) throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        SplittableRandom own = random.split();
        try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> prompts = thread.submit(() -> {
                while (!over.get()) {
                    ask(words(words, own), 1, new Samples());
                }
                return null;
            });
            double p99;
            try {
                p99 = streams(random).betweenTokens().millis(P99);
            } finally {
                over.set(true);
            }
            prompts.get();
            return p99;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        }
    }

    private Completions.Ending ask(String text, int maxTokens, Samples toFirstToken) throws InterruptedException {
        long asked = nanoTime.getAsLong();
        Completions.Ending ending = completions.stream(question(text, maxTokens), piece -> {});
        toFirstToken.add(nanoTime.getAsLong() - asked);
        return ending;
    }

    private Question question(String text, int maxTokens) {
        return new Question(model, List.of(new Message("user", text)), maxTokens, 0);
    }

    private String words(int count, SplittableRandom random) {
        return text(words, count, random);
    }

    /** So many of the words. */
    static String text(List<String> words, int count, SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ").append(words.get(random.nextInt(words.size())));
        }
        return text.toString();
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
