// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every wording and answer the corpus is made of.
 *
 * @param wordings intent to its wordings
 * @param answers intent to its answers
 * @param followUps turns that lean on the turn before
 * @param incomplete intent to wordings that leave a required slot out
 * @param asks slot rule to the question the assistant asks for it
 * @param repeats copy tasks
 */
public record TemplateBook(
        Map<String, List<Wording>> wordings,
        Map<String, List<Phrase>> answers,
        List<FollowUp> followUps,
        Map<String, List<Wording>> incomplete,
        Map<String, String> asks,
        List<Repeat> repeats) {
    private static final List<String> AREAS = List.of(
            "climate",
            "light",
            "door",
            "room",
            "energy",
            "alarm",
            "visitor",
            "maintenance",
            "info",
            "smalltalk",
            "outofscope",
            "more-building",
            "more-services");

    /**
     * A kind of follow-up turn.
     *
     * @param name name of the kind
     * @param from intents of the turn before
     * @param to intent of this turn; empty keeps the intent before
     * @param wordings what is said
     */
    public record FollowUp(String name, List<String> from, String to, List<Wording> wordings) {
        /** Whether this kind may follow a turn of that intent. */
        public boolean follows(String intent) {
            return from.contains("any") || from.contains(intent);
        }
    }

    /**
     * A copy task.
     *
     * @param prompt what is said, with <code>{x}</code> for the words to copy
     * @param answer what the assistant says
     */
    public record Repeat(String prompt, String answer) {}

    /** Reads the book that belongs to a schema; a wording with a slot its intent lacks is refused. */
    public static TemplateBook read(BuildingSchema schema) {
        return read(schema, AREAS);
    }

    /** The same book with more wordings after those of each intent: what the intent classifier learns from at the end. */
    public static TemplateBook wider(BuildingSchema schema) {
        List<String> areas = new ArrayList<>(AREAS);
        areas.add("wider");
        return read(schema, areas);
    }

    private static TemplateBook read(BuildingSchema schema, List<String> areas) {
        Map<String, List<Wording>> wordings = new LinkedHashMap<>();
        Map<String, List<Phrase>> answers = new LinkedHashMap<>();
        for (String area : areas) {
            Sections.read("intents/" + area + ".txt").forEach((intent, lines) -> {
                wordings.merge(intent, wordings(lines, schema, intent), TemplateBook::joined);
                answers.merge(intent, answers(lines), TemplateBook::joined);
            });
        }
        Map<String, List<Wording>> incomplete = new LinkedHashMap<>();
        Sections.read("incomplete.txt")
                .forEach((intent, lines) -> incomplete.put(intent, wordings(lines, schema, intent)));
        return new TemplateBook(wordings, answers, followUps(schema), incomplete, questions(), copyTasks());
    }

    private static List<Wording> wordings(List<String> lines, BuildingSchema schema, String intent) {
        List<Wording> wordings = lines.stream()
                .filter(line -> !line.startsWith(">"))
                .map(Wording::parse)
                .toList();
        for (Wording wording : wordings) {
            if (!schema.slotsOf(intent).containsAll(wording.phrase().slots())) {
                throw new IllegalArgumentException(
                        "a wording of " + intent + " has a slot the schema does not give it: " + wording);
            }
        }
        return wordings;
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }

    private static List<Phrase> answers(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(">"))
                .map(line -> Phrase.parse(line.substring(1).strip()))
                .toList();
    }

    private static List<FollowUp> followUps(BuildingSchema schema) {
        List<FollowUp> kinds = new ArrayList<>();
        Map<String, List<String>> sections = Sections.read("followups.txt");
        Sections.read("more-followups.txt")
                .forEach((title, lines) -> sections.merge(title, lines, TemplateBook::joined));
        sections.forEach((title, lines) -> {
            String[] head = title.split(":|->");
            List<String> from = new ArrayList<>();
            for (String pattern : head[1].strip().split("\\s+")) {
                from.addAll(matching(pattern, schema));
            }
            String to = head[2].strip();
            List<Wording> wordings = lines.stream().map(Wording::parse).toList();
            kinds.add(new FollowUp(head[0].strip(), from, "same".equals(to) ? "" : to, wordings));
        });
        return List.copyOf(kinds);
    }

    private static List<String> matching(String pattern, BuildingSchema schema) {
        if (!pattern.endsWith("*")) {
            return List.of(pattern);
        }
        String prefix = pattern.substring(0, pattern.length() - 1);
        return schema.intents().keySet().stream()
                .filter(intent -> intent.startsWith(prefix))
                .toList();
    }

    private static Map<String, String> questions() {
        Map<String, String> asks = new LinkedHashMap<>();
        for (String line : Sections.lines("asks.txt")) {
            int colon = line.indexOf(':');
            asks.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        return asks;
    }

    private static List<Repeat> copyTasks() {
        return Sections.lines("repeat.txt").stream()
                .map(line -> line.split(" > ", 2))
                .map(pair -> new Repeat(pair[0].strip(), pair[1].strip()))
                .toList();
    }
}
