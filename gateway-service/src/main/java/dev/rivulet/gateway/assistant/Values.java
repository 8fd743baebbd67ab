package dev.rivulet.gateway.assistant;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What stages give each other, and the names of these types in a graph. */
final class Values {

    static final String QUESTION = "question";
    static final String LABEL = "label";
    static final String SPANS = "spans";
    static final String MEANING = "meaning";
    static final String PROMPT = "prompt";
    static final String TEXT = "text";

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

    /** A system message for the model that words the answer; empty for none. */
    record Prompt(String system) {}

    /** Bytes that a value takes, as near as matters for a limit. */
    static long weight(Object value) {
        return OVERHEAD
                + switch (value) {
                    case String text -> (long) BYTES_A_CHAR * text.length();
                    case Prompt prompt -> (long) BYTES_A_CHAR * prompt.system().length();
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
