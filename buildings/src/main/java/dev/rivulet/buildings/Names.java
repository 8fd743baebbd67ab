// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings;

import dev.rivulet.models.Phrase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Draws what a building calls its rooms, doors, floors and devices: one pattern for each kind, filled again and again. */
final class Names {
    private static final int MOST_TRIES = 400;
    private static final List<String> ONSETS = List.of(
            "B", "D", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S", "T", "V", "W", "Z", "Br", "Dr", "Kr",
            "Tr");
    private static final List<String> MIDDLES =
            List.of("a", "e", "i", "o", "u", "ar", "en", "il", "or", "an", "el", "ir", "on", "ul", "ai", "ei");
    private static final List<String> ENDS = List.of(
            "ba", "da", "ka", "la", "ma", "na", "ra", "sa", "ta", "ver", "den", "lin", "mar", "nov", "ris", "ton");

    private final Map<String, List<Phrase>> patterns = new LinkedHashMap<>();

    Names() {
        String kind = "";
        for (String line : Resources.lines("names.txt")) {
            if (line.startsWith("==")) {
                kind = line.substring(2).strip();
            } else {
                patterns.computeIfAbsent(kind, _ -> new ArrayList<>()).add(Phrase.parse(line));
            }
        }
    }

    /** Kinds of names, which are slots of the schema. */
    Set<String> kinds() {
        return patterns.keySet();
    }

    /** Different names of one kind, in one building's way: as many, or fewer where the way does not give so many. */
    List<String> draw(String kind, int count, RandomGenerator random) {
        List<Phrase> ways = patterns.getOrDefault(kind, List.of());
        Phrase way = ways.get(random.nextInt(ways.size()));
        Set<String> names = new LinkedHashSet<>();
        for (int tries = 0; names.size() < count && tries < MOST_TRIES; tries++) {
            names.add(expand(way, random));
        }
        return List.copyOf(names);
    }

    private static String expand(Phrase phrase, RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        for (Phrase.Part part : phrase.parts()) {
            switch (part) {
                case Phrase.Words(String words) -> text.append(words);
                case Phrase.Choice(List<Phrase> branches) -> text.append(expand(one(branches, random), random));
                case Phrase.Maybe(Phrase inner) -> text.append(random.nextBoolean() ? expand(inner, random) : "");
                case Phrase.Range(int low, int high) -> text.append(low + random.nextInt(high - low + 1));
                case Phrase.Reference(String name) -> text.append(reference(name, random));
                case Phrase.Slot slot -> throw new IllegalArgumentException("a name has no slot: " + slot);
            }
        }
        return text.toString();
    }

    private static String reference(String name, RandomGenerator random) {
        return switch (name) {
            case "L" -> String.valueOf((char) ('A' + random.nextInt(26)));
            case "D" -> Integer.toString(random.nextInt(10));
            case "syllables" -> one(ONSETS, random) + one(MIDDLES, random) + one(ENDS, random);
            default -> throw new IllegalArgumentException("names have no pattern <" + name + ">");
        };
    }

    private static <T> T one(List<T> list, RandomGenerator random) {
        return list.get(random.nextInt(list.size()));
    }
}
