// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.exchange.SseEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Streams of several choices and fields, cut by chance, hold what each of their texts is as a whole; failures print the seed. */
class StreamFilterSimulation {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int ROUNDS = 400;
    private static final int LONGEST = 24;
    private static final List<String> WORDS = List.of(
            "sk-", "abcdef12", " ", "secret", " plan", "s", "x", "12", "\n", "ö", "😀", "a much longer piece of talk ");

    private final long seed = Long.getLong("rivulet.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<Rule> rules = List.of(
            rule("keys", Action.REDACT, "\\bsk-[a-z0-9]{4,12}\\b"),
            rule("plans", Action.REDACT, "secret plans?"),
            rule("bad", Action.BLOCK, "xx12"));

    @Test
    void everyTextOfAStreamIsShownAsTheWholeTextWouldBe() {
        for (int round = 0; round < ROUNDS; round++) {
            boolean likelihoods = random.nextBoolean();
            Map<String, String> texts = new TreeMap<>();
            Map<String, StringBuilder> given = new TreeMap<>();
            for (String name : List.of("0/content", "0/arguments", "1/content")) {
                texts.put(name, text());
                given.put(name, new StringBuilder());
            }
            StreamFilter filter = new StreamFilter(JSON, rules, (name, action) -> {});
            Map<String, StringBuilder> shown = new TreeMap<>();
            Map<Integer, List<String>> ends = new TreeMap<>();
            while (isUnfinished(texts, given)) {
                String event = event(texts, given, likelihoods);
                read(filter.accept(event), shown, ends);
                if (!ends.containsKey(0) && !ends.containsKey(1)) {
                    requireFewHeld(round, given, shown, likelihoods);
                }
            }
            read(filter.accept(end(0)), shown, ends);
            read(filter.accept(end(1)), shown, ends);
            assertThat(filter.accept(SseEvents.DONE)).containsExactly(SseEvents.DONE);
            requireAsWhole(round, texts, shown, ends);
        }
    }

    private void requireAsWhole(
            int round, Map<String, String> texts, Map<String, StringBuilder> shown, Map<Integer, List<String>> ends) {
        for (int choice = 0; choice < 2; choice++) {
            boolean blocked = false;
            for (Map.Entry<String, String> text : texts.entrySet()) {
                if (text.getKey().startsWith(choice + "/")) {
                    blocked |= Texts.filter(rules, (name, action) -> {}, text.getValue())
                            .blocked();
                }
            }
            assertThat(ends.get(choice))
                    .as("seed %d, round %d", seed, round)
                    .containsExactly(blocked ? "content_filter" : "stop");
            for (Map.Entry<String, String> text : texts.entrySet()) {
                if (text.getKey().startsWith(choice + "/")) {
                    String whole = Texts.filter(rules, (name, action) -> {}, text.getValue())
                            .shown()
                            .getFirst();
                    String told = shown.getOrDefault(text.getKey(), new StringBuilder())
                            .toString();
                    if (blocked) {
                        assertThat(whole).as("seed %d, round %d", seed, round).startsWith(told);
                    } else {
                        assertThat(told).as("seed %d, round %d", seed, round).isEqualTo(whole);
                    }
                }
            }
        }
    }

    /** By length at least: what is shown is longer than what came only by what replaces something. */
    private void requireFewHeld(
            int round, Map<String, StringBuilder> given, Map<String, StringBuilder> shown, boolean likelihoods) {
        if (likelihoods) {
            return;
        }
        given.forEach((name, text) -> {
            String seen =
                    shown.getOrDefault(name, new StringBuilder()).toString().replaceAll("\\[(keys|plans)]", "");
            String left = text.toString().replaceAll("sk-[a-z0-9]{4,12}|secret plans?", "");
            assertThat(left.length() - seen.length())
                    .as("seed %d, round %d", seed, round)
                    .isLessThanOrEqualTo(LONGEST + 1);
        });
    }

    private static void read(List<String> events, Map<String, StringBuilder> shown, Map<Integer, List<String>> ends) {
        for (String event : events) {
            JsonNode chunk = JSON.readTree(event.substring(6));
            for (JsonNode choice : chunk.path("choices")) {
                int index = choice.path("index").asInt();
                note(shown, index + "/content", choice.path("delta").path("content"));
                choice.path("delta")
                        .path("tool_calls")
                        .forEach(call -> note(
                                shown,
                                index + "/arguments",
                                call.path("function").path("arguments")));
                if (choice.path("finish_reason").isString()) {
                    ends.computeIfAbsent(index, any -> new ArrayList<>())
                            .add(choice.path("finish_reason").asString());
                }
                if (choice.path("logprobs").isObject()) {
                    assertThat(choice.at("/logprobs/content/0/token").asString())
                            .as("likelihoods are those of the text beside them")
                            .isEqualTo(choice.at("/delta/content").asString());
                }
            }
        }
    }

    private static void note(Map<String, StringBuilder> shown, String name, JsonNode text) {
        shown.computeIfAbsent(name, any -> new StringBuilder()).append(text.asString(""));
    }

    private String event(Map<String, String> texts, Map<String, StringBuilder> given, boolean likelihoods) {
        ObjectNode chunk = chunk();
        for (int index = 0; index < 2; index++) {
            if (random.nextInt(3) > 0) {
                ObjectNode choice = chunk.withArray("choices").addObject().put("index", index);
                ObjectNode delta = choice.putObject("delta");
                String content = next(index + "/content", texts, given);
                delta.put("content", content);
                choice.putNull("logprobs");
                if (likelihoods && !content.isEmpty()) {
                    choice.putObject("logprobs").putArray("content").addObject().put("token", content);
                }
                if (index == 0 && random.nextBoolean()) {
                    delta.putArray("tool_calls")
                            .addObject()
                            .put("index", 0)
                            .putObject("function")
                            .put("arguments", next("0/arguments", texts, given));
                }
                choice.putNull("finish_reason");
            }
        }
        return SseEvents.event(chunk.toString());
    }

    private static boolean isUnfinished(Map<String, String> texts, Map<String, StringBuilder> given) {
        int all = texts.values().stream().mapToInt(String::length).sum();
        return given.values().stream().mapToInt(StringBuilder::length).sum() < all;
    }

    private String next(String name, Map<String, String> texts, Map<String, StringBuilder> given) {
        StringBuilder before = Objects.requireNonNull(given.get(name));
        String text = Objects.requireNonNull(texts.get(name));
        int from = before.length();
        int to = Math.min(text.length(), from + random.nextInt(random.nextInt(10) == 0 ? 60 : 6));
        String piece = text.substring(from, to);
        before.append(piece);
        return piece;
    }

    private static String end(int index) {
        ObjectNode chunk = chunk();
        ObjectNode choice = chunk.withArray("choices").addObject().put("index", index);
        choice.putObject("delta");
        choice.put("finish_reason", "stop");
        return SseEvents.event(chunk.toString());
    }

    private static ObjectNode chunk() {
        ObjectNode chunk = JSON.createObjectNode().put("id", "c").put("object", "chat.completion.chunk");
        chunk.putArray("choices");
        return chunk;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(30); i > 0; i--) {
            text.append(WORDS.get(random.nextInt(WORDS.size())));
        }
        return text.toString();
    }

    private static Rule rule(String name, Action action, String expression) {
        return new Rule(name, action, List.of(Detector.of(expression, LONGEST, "[" + name + "]", String::length)));
    }
}
