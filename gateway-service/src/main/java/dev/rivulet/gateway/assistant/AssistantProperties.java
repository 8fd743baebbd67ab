// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.pictures.DrawPicture;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The assistant: its graph and its limits.
 *
 * @param enabled whether there is one
 * @param name the model that requests ask for
 * @param outputs the stages whose values are told, in this order
 * @param stages by name; one of kind {@code off} is left out
 * @param fusion how pictures and words come together: one of {@code fusions}, or {@code none}
 * @param fusions by name, what each says over outputs and stages
 * @param lookFor what a model that sees is asked where a picture is looked at apart from the words
 * @param drawings how pictures of answers are written
 * @param deadline of a whole answer up to its last part
 * @param grace how long fallbacks may take after that
 * @param leastConfidence of an intent for an answer of a model, 0 to 1
 * @param rules what is said where no model answers, the first that matches; at most 100
 * @param passages most passages of documents that a question finds, 1 to 20
 * @param memory what is remembered of conversations
 * @param context where the values of stages lie while a job runs
 * @param breaker when a stage that keeps failing is asked no more for a while
 */
@ConfigurationProperties("rivulet.assistant")
record AssistantProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("assistant") String name,
        @DefaultValue List<String> outputs,
        @DefaultValue Map<String, StageSettings> stages,
        @DefaultValue("none") String fusion,
        @DefaultValue Map<String, Fusion> fusions,
        @DefaultValue("What is drawn?") String lookFor,
        @DefaultValue("SVG") DrawPicture.Format drawings,
        @DefaultValue("60s") Duration deadline,
        @DefaultValue("2s") Duration grace,
        @DefaultValue("0.3") double leastConfidence,
        @DefaultValue List<Rule> rules,
        @DefaultValue("3") int passages,
        @DefaultValue Memory memory,
        @DefaultValue Context context,
        @DefaultValue Breaker breaker) {

    private static final int MOST_RULES = 100;

    AssistantProperties {
        outputs = List.copyOf(outputs);
        rules = List.copyOf(rules);
        require(!name.isBlank() && name.length() <= 200, "name has 1 to 200 characters");
        require(leastConfidence >= 0 && leastConfidence <= 1, "least-confidence is between 0 and 1");
        require(!lookFor.isBlank() && lookFor.length() <= 500, "look-for has 1 to 500 characters");
        require(passages >= 1 && passages <= 20, "passages is between 1 and 20");
        require(rules.size() <= MOST_RULES, "rules holds more than " + MOST_RULES);
    }

    /**
     * What a fusion says over the rest.
     *
     * @param outputs instead of the others; none for the same
     * @param stages each instead of the one of its name, or in addition
     */
    record Fusion(
            @DefaultValue List<String> outputs,
            @DefaultValue Map<String, StageSettings> stages) {
        Fusion {
            outputs = List.copyOf(outputs);
            stages = Map.copyOf(stages);
        }
    }

    /**
     * One stage.
     *
     * @param kind what it does: {@code classify}, {@code tag}, {@code understand}, {@code prompt}, {@code generate},
     *     {@code rules}, {@code act}, {@code retrieve}, {@code quote}, {@code hear}, {@code typed}, {@code see}, {@code look},
     *     {@code sight}, {@code draw}, {@code survey}, or {@code off}
     * @param model whom it asks
     * @param inputs by port, the stage or {@code question}
     * @param deadline until its value, or the first part of it
     * @param fallback {@code none}, {@code skip}, {@code stage:NAME} or {@code value:TEXT}
     * @param concurrency how many requests are in it at once
     * @param queue how many more may wait for it
     */
    record StageSettings(
            @DefaultValue("off") String kind,
            @Nullable String model,
            @DefaultValue Map<String, String> inputs,
            @DefaultValue("5s") Duration deadline,
            @DefaultValue("none") String fallback,
            @DefaultValue("64") int concurrency,
            @DefaultValue("256") int queue) {}

    /** What is said to a question that the expression is found in. */
    record Rule(Pattern when, String say) {}

    /**
     * Memory of conversations.
     *
     * @param tokens how much of a conversation is told to models, its last turns first, counted as three characters each
     * @param conversations most conversations, of those with a name and of those without
     * @param keep since it last went on
     */
    record Memory(
            @DefaultValue("512") int tokens,
            @DefaultValue("10000") int conversations,
            @DefaultValue("1h") Duration keep) {
        Memory {
            require(tokens >= 1 && tokens <= 1_000_000, "memory.tokens is between 1 and 1000000");
            require(
                    conversations >= 1 && conversations <= 10_000_000,
                    "memory.conversations is between 1 and 10000000");
            require(keep.toMillis() >= 1, "memory.keep is at least 1ms");
        }
    }

    /** Where what jobs have found lies for the run that takes them up. */
    enum Store {
        /** In this gateway: for the next run here. */
        MEMORY,
        /** In Redis: for whichever gateway runs the job next. */
        REDIS
    }

    /**
     * The context store and its limits.
     *
     * @param store of what jobs that came over Kafka leave for their next run
     * @param most bytes of the values of all jobs that run, and as many of those that jobs have left in memory
     * @param mostPerJob bytes of the values of one job
     * @param mostPerValue bytes of the value of one stage that is left for the next run
     * @param keep how long what a job has left is kept after its last stage
     */
    record Context(
            @DefaultValue("memory") Store store,
            @DefaultValue("32MB") DataSize most,
            @DefaultValue("1MB") DataSize mostPerJob,
            @DefaultValue("256KB") DataSize mostPerValue,
            @DefaultValue("1h") Duration keep) {
        Context {
            require(most.toBytes() >= 1 && mostPerJob.toBytes() >= 1, "context.most and most-per-job are at least 1B");
            require(mostPerValue.toBytes() >= 1, "context.most-per-value is at least 1B");
            require(keep.toMillis() >= 1 && keep.toDays() <= 7, "context.keep is between 1ms and 7d");
        }
    }

    /**
     * The circuit breaker of every stage that asks a model.
     *
     * @param window how many of the last calls count
     * @param calls how many there must be
     * @param failures percentage that opens it
     * @param pause how long it stays open
     */
    record Breaker(
            @DefaultValue("20") int window,
            @DefaultValue("5") int calls,
            @DefaultValue("50") float failures,
            @DefaultValue("5s") Duration pause) {
        Breaker {
            require(window >= 1 && calls >= 1 && calls <= window, "breaker.calls is between 1 and breaker.window");
            require(failures > 0 && failures <= 100, "breaker.failures is between 0 and 100");
            require(pause.toMillis() >= 1, "breaker.pause is at least 1ms");
        }
    }

    private static void require(boolean good, String rule) {
        if (!good) {
            throw new IllegalArgumentException("rivulet.assistant: " + rule);
        }
    }
}
