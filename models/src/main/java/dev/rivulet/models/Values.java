// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Draws slot values and other random words from a grammar whose space is far larger than the schema's pools. */
public final class Values {
    private static final String[] ONSETS = {
        "B", "D", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S", "T", "V", "W", "Z", "Br", "Ch", "Dr", "Kr",
        "St", "Tr", "Sh", "Pl", "Gr", "A", "E", "I", "O", "U"
    };
    private static final String[] MIDDLES = {
        "a", "e", "i", "o", "u", "ar", "en", "il", "or", "an", "el", "ir", "on", "ul", "ai", "ei", "ou", "and", "est"
    };
    private static final String[] ENDS = {
        "ba", "da", "ka", "la", "ma", "na", "ra", "sa", "ta", "va", "ver", "den", "lin", "mar", "nov", "ris", "ton",
        "vik", "zo", "dez", "ko", "lo", "mi", "no", "sky", "son", "ski", "der", "x", "th", "n", "s", "rt", "ll"
    };

    private final BuildingSchema schema;
    private final Map<String, List<Phrase>> grammar = new LinkedHashMap<>();

    public Values(BuildingSchema schema) {
        this.schema = schema;
        Sections.read("values.txt")
                .forEach((name, lines) ->
                        grammar.put(name, lines.stream().map(Phrase::parse).toList()));
    }

    /** A value for a slot: often one of the schema's pool, otherwise one of the larger space. */
    public String slot(String name, RandomGenerator random) {
        BuildingSchema.Pool pool = schema.slots().get(name);
        if (pool == null) {
            throw new IllegalArgumentException("the schema has no slot " + name);
        }
        boolean pooled = random.nextDouble() < (pool.open() ? 0.15 : 0.75) || !grammar.containsKey(name);
        return pooled ? pool.values().get(random.nextInt(pool.values().size())) : draw(name, random);
    }

    /** A value for a slot of that name, or else a text from the section of the grammar. */
    public String words(String name, RandomGenerator random) {
        return schema.slots().containsKey(name) ? slot(name, random) : draw(name, random);
    }

    /** A text from one section of the grammar. */
    public String draw(String section, RandomGenerator random) {
        List<Phrase> phrases = grammar.get(section);
        if (phrases == null) {
            throw new IllegalArgumentException("the grammar of values has no section " + section);
        }
        return expand(phrases.get(random.nextInt(phrases.size())), random).strip();
    }

    private String expand(Phrase phrase, RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        for (Phrase.Part part : phrase.parts()) {
            text.append(
                    switch (part) {
                        case Phrase.Words words -> words.text();
                        case Phrase.Choice choice ->
                            expand(
                                    choice.branches()
                                            .get(random.nextInt(
                                                    choice.branches().size())),
                                    random);
                        case Phrase.Maybe maybe -> random.nextBoolean() ? expand(maybe.inner(), random) : "";
                        case Phrase.Slot slot -> slot(slot.name(), random);
                        case Phrase.Range range -> number(range, random);
                        case Phrase.Reference reference -> refer(reference.name(), random);
                    });
        }
        return text.toString();
    }

    private static String number(Phrase.Range range, RandomGenerator random) {
        return Integer.toString(range.low() + random.nextInt(range.high() - range.low() + 1));
    }

    private String refer(String name, RandomGenerator random) {
        return switch (name) {
            case "L" -> String.valueOf((char) ('A' + random.nextInt(26)));
            case "D" -> Integer.toString(random.nextInt(10));
            case "syllables" -> syllables(random);
            default -> grammar.containsKey(name) ? draw(name, random) : slot(name, random);
        };
    }

    private static String syllables(RandomGenerator random) {
        StringBuilder word = new StringBuilder(ONSETS[random.nextInt(ONSETS.length)]);
        word.append(MIDDLES[random.nextInt(MIDDLES.length)]);
        if (random.nextInt(4) == 0) {
            word.append("bdfgklmnprstvz".charAt(random.nextInt(14)));
            word.append(MIDDLES[random.nextInt(MIDDLES.length)]);
        }
        return word.append(ENDS[random.nextInt(ENDS.length)]).toString();
    }
}
