// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.documents.Excerpt;
import dev.rivulet.gateway.pictures.Picture;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What stages give each other, and the names of these types in a graph. */
final class Values {

    static final String QUESTION = "question";
    static final String LABEL = "label";
    static final String SPANS = "spans";
    static final String MEANING = "meaning";
    static final String PASSAGES = "passages";
    static final String PROMPT = "prompt";
    static final String TEXT = "text";
    static final String SEEN = "seen";
    static final String PICTURE = "picture";

    private static final int BYTES_A_CHAR = 2;
    private static final int OVERHEAD = 64;

    private Values() {}

    /**
     * What a classifier says of the question.
     *
     * @param score 0 to 1
     */
    record Label(String name, double score) {}

    /** What a tagger found in the question. */
    record Span(String label, String text, double score) {}

    record Spans(List<Span> all) {
        Spans {
            all = List.copyOf(all);
        }
    }

    /**
     * What is meant.
     *
     * @param intent null where nobody knows
     * @param confidence of the intent, 0 to 1
     * @param values slot values that hold now, in the order of the schema
     */
    record Meaning(@Nullable String intent, double confidence, Map<String, String> values) {

        static final Meaning UNKNOWN = new Meaning(null, 0, Map.of());

        Optional<String> known(double least) {
            return Optional.ofNullable(intent).filter(one -> confidence >= least);
        }
    }

    /**
     * What was found in the caller's documents.
     *
     * @param wordsAlone whether the model that compares by meaning gave nothing
     */
    record Passages(List<Excerpt> all, boolean wordsAlone) {

        static final Passages NONE = new Passages(List.of(), false);

        Passages {
            all = List.copyOf(all);
        }
    }

    /** What a gauge in a picture is read in. */
    enum Unit {
        PERCENT("%", 100),
        CELSIUS("°C", 50),
        BAR("bar", 10);

        private final String sign;
        private final double end;

        Unit(String sign, double end) {
            this.sign = sign;
            this.end = end;
        }

        String sign() {
            return sign;
        }

        /** Where scales of this unit usually end. */
        double end() {
            return end;
        }
    }

    /** What a gauge shows. */
    record Reading(double value, Unit unit) {}

    /** What a picture shows, in the words of the model that looked at it; empty for nothing. */
    record Seen(String text) {

        static final Seen NOTHING = new Seen("");

        private static final Pattern NUMBER = Pattern.compile("(-?\\d{1,4}(?:[.,]\\d{1,2})?) ?(%|°C|bar)");

        boolean isNothing() {
            return text.isEmpty();
        }

        /** The reading of the gauge in it, where it tells one. */
        Optional<Reading> reading() {
            Matcher number = NUMBER.matcher(text);
            if (!number.find()) {
                return Optional.empty();
            }
            double value = Double.parseDouble(number.group(1).replace(',', '.'));
            return Arrays.stream(Unit.values())
                    .filter(unit -> unit.sign().equals(number.group(2)))
                    .findFirst()
                    .map(unit -> new Reading(value, unit));
        }

        /** The adapter from what is seen to what can be meant: values of slots, by the name of the slot. */
        Map<String, String> slots() {
            return reading()
                    .map(reading -> switch (reading.unit()) {
                        case PERCENT -> Map.of("level", plain(reading.value()) + " percent");
                        case CELSIUS -> Map.of("temperature", plain(reading.value()) + " degrees");
                        case BAR -> Map.<String, String>of();
                    })
                    .orElse(Map.of());
        }

        private static String plain(double value) {
            return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
        }
    }

    /** A picture that was drawn for an answer; null for none. */
    record Drawn(@Nullable Picture picture) {
        static final Drawn NOTHING = new Drawn(null);

        Optional<Picture> optional() {
            return Optional.ofNullable(picture);
        }
    }

    /** A system message for the model that words the answer; empty for none. */
    record Prompt(String system) {}

    /** Bytes that a value takes, as near as matters for a limit. */
    static long weight(Object value) {
        return OVERHEAD
                + switch (value) {
                    case String text -> (long) BYTES_A_CHAR * text.length();
                    case Seen seen -> (long) BYTES_A_CHAR * seen.text().length();
                    case Drawn drawn ->
                        drawn.optional()
                                .map(picture -> (long) picture.bytes().length)
                                .orElse(0L);
                    case Prompt prompt -> (long) BYTES_A_CHAR * prompt.system().length();
                    case Passages passages ->
                        passages.all().stream()
                                .mapToLong(one -> OVERHEAD
                                        + (long) BYTES_A_CHAR * one.text().length())
                                .sum();
                    case Spans spans ->
                        spans.all().stream()
                                .mapToLong(span -> OVERHEAD
                                        + (long) BYTES_A_CHAR * span.text().length())
                                .sum();
                    case Meaning meaning ->
                        meaning.values().values().stream()
                                .mapToLong(text -> OVERHEAD + (long) BYTES_A_CHAR * text.length())
                                .sum();
                    default -> OVERHEAD;
                };
    }
}
