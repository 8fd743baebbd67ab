// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns a wording into what a person might type: slots filled, framed politely, with contractions and typos. */
public final class Speech {
    private static final Pattern MARK = Pattern.compile("\u0001(\\d+)\u0002");
    private static final String BASEMENT = "the basement";
    private static final Pattern LINKED = Pattern.compile("\\b(for|of|than|with|and|between) $");
    private static final Pattern WORD = Pattern.compile("(?<![\\p{L}\u0001'])\\p{L}{4,}(?![\\p{L}'])");
    private static final List<Map.Entry<String, String>> CONTRACTIONS = List.of(
            Map.entry("\\bit is\\b", "it's"),
            Map.entry("\\bi am\\b", "i'm"),
            Map.entry("\\bwhat is\\b", "what's"),
            Map.entry("\\bwhere is\\b", "where's"),
            Map.entry("\\bthere is\\b", "there's"),
            Map.entry("\\bwe are\\b", "we're"),
            Map.entry("\\bdo not\\b", "don't"),
            Map.entry("\\bcannot\\b", "can't"),
            Map.entry("\\bi would\\b", "i'd"),
            Map.entry("\\bwe will\\b", "we'll"),
            Map.entry("\\bthat is\\b", "that's"));
    private static final Set<String> QUESTION_WORDS = Set.of(
            "what", "who", "when", "where", "how", "which", "is", "are", "can", "could", "would", "will", "do", "does",
            "did", "has", "why", "was", "until", "should");

    private final Values values;

    public Speech(Values values) {
        this.values = values;
    }

    private record Filled(String slot, String value) {}

    /** Says a wording once. */
    public Utterance say(Wording wording, RandomGenerator random) {
        List<Filled> filled = new ArrayList<>();
        StringBuilder raw = new StringBuilder();
        fill(wording.phrase(), random, raw, filled);
        String text = tidy(raw.toString());
        text = frame(text, wording.imperative(), random);
        text = contract(text, random);
        if (random.nextInt(100) < 16) {
            text = typo(text, random);
        }
        return style(text, filled, random);
    }

    private void fill(Phrase phrase, RandomGenerator random, StringBuilder out, List<Filled> filled) {
        for (Phrase.Part part : phrase.parts()) {
            switch (part) {
                case Phrase.Words words -> out.append(words.text());
                case Phrase.Choice choice ->
                    fill(choice.branches().get(random.nextInt(choice.branches().size())), random, out, filled);
                case Phrase.Maybe maybe -> {
                    if (random.nextInt(100) < 45) {
                        fill(maybe.inner(), random, out, filled);
                    }
                }
                case Phrase.Slot slot -> slot(slot.name(), random, out, filled);
                case Phrase.Reference other -> out.append(values.words(other.name(), random));
                case Phrase.Range _ ->
                    throw new IllegalArgumentException("a wording has no numbers of its own: " + phrase.source());
            }
        }
    }

    private void slot(String name, RandomGenerator random, StringBuilder out, List<Filled> filled) {
        String value = bare(values.slot(name, random), out);
        if (value.equals(BASEMENT) && out.toString().endsWith("on ")) {
            out.setLength(out.length() - 3);
            out.append("in ");
        }
        int dice = random.nextInt(200);
        String other = dice < 6 ? bare(values.slot(name, random), out) : "";
        out.append(
                switch (dice) {
                    case 0, 1 -> "not " + other + " , but ";
                    case 2 -> other + " , no , ";
                    case 3 -> other + " , sorry , i mean ";
                    default -> "";
                });
        out.append('\u0001').append(filled.size()).append('\u0002');
        filled.add(new Filled(name, value));
        if (dice == 4 || dice == 5) {
            out.append(" , not ").append(other).append(" , ");
        }
    }

    /** "for tomorrow", "for Monday": a linking word takes the place of the value's own preposition. */
    private static String bare(String value, CharSequence before) {
        return LINKED.matcher(before).find() ? value.replaceFirst("^(on|at|in) ", "") : value;
    }

    private String frame(String text, boolean imperative, RandomGenerator random) {
        String framed = text;
        if (imperative && random.nextInt(100) < 34) {
            framed = values.draw("frame", random) + " " + framed;
        }
        if (random.nextInt(100) < 9) {
            framed = values.draw("noise", random) + " , " + framed;
        }
        if (imperative && random.nextInt(100) < 14) {
            framed = framed + (random.nextBoolean() ? " " : " , ") + values.draw("suffix", random);
        }
        return tidy(framed);
    }

    private static String contract(String text, RandomGenerator random) {
        String result = text;
        for (Map.Entry<String, String> contraction : CONTRACTIONS) {
            if (random.nextBoolean()) {
                result = result.replaceAll(contraction.getKey(), contraction.getValue());
            }
        }
        return result;
    }

    private static String typo(String text, RandomGenerator random) {
        List<int[]> words = WORD.matcher(text)
                .results()
                .map(match -> new int[] {match.start(), match.end()})
                .toList();
        if (words.isEmpty()) {
            return text;
        }
        int[] word = words.get(random.nextInt(words.size()));
        int at = word[0] + 1 + random.nextInt(word[1] - word[0] - 2);
        String head = text.substring(0, at);
        return switch (random.nextInt(4)) {
            case 0 -> head + text.substring(at + 1);
            case 1 -> head + text.charAt(at) + text.substring(at);
            case 2 -> head + text.charAt(at + 1) + text.charAt(at) + text.substring(at + 2);
            default -> head + (char) ('a' + random.nextInt(26)) + text.substring(at + 1);
        };
    }

    private static Utterance style(String text, List<Filled> filled, RandomGenerator random) {
        int dice = random.nextInt(100);
        boolean lowerWords = dice < 26;
        boolean lowerValues = dice < 12;
        String words = lowerWords ? text : text.replaceAll("\\bi\\b", "I");
        Utterance utterance = insert(words + punctuation(text, random), filled, lowerValues, random);
        return lowerWords ? utterance : capitalise(utterance);
    }

    private static String punctuation(String text, RandomGenerator random) {
        int space = text.indexOf(' ');
        String first = (space < 0 ? text : text.substring(0, space)).toLowerCase(Locale.ROOT);
        boolean question = QUESTION_WORDS.contains(first);
        int dice = random.nextInt(100);
        if (question) {
            return dice < 65 ? "?" : "";
        }
        return dice < 40 ? "." : dice < 46 ? "!" : dice < 52 ? "?" : "";
    }

    private static Utterance insert(String marked, List<Filled> filled, boolean lower, RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        List<Utterance.Span> spans = new ArrayList<>();
        Matcher matcher = MARK.matcher(marked);
        int from = 0;
        while (matcher.find()) {
            text.append(marked, from, matcher.start());
            Filled slot = filled.get(Integer.parseInt(matcher.group(1)));
            String value = cased(slot, lower, random);
            spans.add(new Utterance.Span(slot.slot(), text.length(), text.length() + value.length(), value));
            text.append(value);
            from = matcher.end();
        }
        text.append(marked.substring(from));
        return new Utterance(text.toString(), spans);
    }

    private static String cased(Filled slot, boolean lower, RandomGenerator random) {
        int dice = random.nextInt(100);
        if (lower || ("room".equals(slot.slot()) && dice < 5)) {
            return slot.value().toLowerCase(Locale.ROOT);
        }
        return "room".equals(slot.slot()) && dice < 7 ? slot.value().toUpperCase(Locale.ROOT) : slot.value();
    }

    private static Utterance capitalise(Utterance utterance) {
        String text = utterance.text();
        boolean startsWithSlot =
                !utterance.spans().isEmpty() && utterance.spans().getFirst().start() == 0;
        if (text.isEmpty() || startsWithSlot) {
            return utterance;
        }
        return new Utterance(Character.toUpperCase(text.charAt(0)) + text.substring(1), utterance.spans());
    }

    static String tidy(String text) {
        return text.replaceAll("\\s+", " ")
                .replace(" on " + BASEMENT, " in " + BASEMENT)
                .replaceAll("\\s+([,.?!])", "$1")
                .replaceAll("[,\\s]+([,.?!])", "$1")
                .replaceAll(",$", "")
                .replace(" 's ", "'s ")
                .strip();
    }
}
