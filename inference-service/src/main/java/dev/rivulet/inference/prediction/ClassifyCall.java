// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.prediction;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.engine.EncoderFacts;
import dev.rivulet.engine.EncoderFacts.Output;
import dev.rivulet.engine.Encoding;
import dev.rivulet.inference.encoding.EncoderCapability;
import dev.rivulet.inference.encoding.ServingEncoder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /v1/classify}: labels of texts with their scores, or spans of a text where the model labels tokens. An input is a
 * text, or an object with {@code text} and {@code text_pair}.
 *
 * @param topK most labels of a text
 */
record ClassifyCall(String model, List<Input> inputs, int topK) implements Call {

    private static final int LABELS = 5;

    record Input(String text, @Nullable String pair, String path) {}

    record Label(String label, double score) {}

    /** What was found in one text. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Found(
            int index,
            @Nullable String label,
            @Nullable Double score,
            @Nullable List<Label> labels,
            @Nullable List<Spans.Span> spans) {}

    record Usage(
            @JsonProperty("prompt_tokens") int promptTokens,
            @JsonProperty("total_tokens") int totalTokens) {}

    record Answer(String object, String model, List<Found> data, Usage usage) {}

    static ClassifyCall read(Fields fields, PredictionProperties limits) {
        JsonNode input = fields.required("input");
        List<Input> inputs = new ArrayList<>();
        if (input.isArray()) {
            if (input.isEmpty() || input.size() > limits.maxInputs()) {
                throw Fields.invalid("input", "must have 1 to " + limits.maxInputs() + " entries");
            }
            for (JsonNode entry : input) {
                inputs.add(input(entry, "input[" + inputs.size() + "]"));
            }
        } else {
            inputs.add(input(input, "input"));
        }
        return new ClassifyCall(fields.text("model"), inputs, fields.number("top_k", 1, 10_000, LABELS));
    }

    private static Input input(JsonNode entry, String path) {
        if (!entry.isObject()) {
            return new Input(Fields.text(entry, path), null, path);
        }
        JsonNode pair = entry.get("text_pair");
        boolean alone = pair == null || pair.isNull();
        return new Input(
                Fields.text(entry.get("text"), path + ".text"),
                alone ? null : Fields.text(pair, path + ".text_pair"),
                path);
    }

    @Override
    public EncoderCapability capability() {
        return EncoderCapability.CLASSIFY;
    }

    @Override
    public List<Encoding> rows(ServingEncoder model) {
        boolean spans = model.facts().output() == Output.TOKEN_LABELS;
        List<Encoding> rows = new ArrayList<>();
        for (Input input : inputs) {
            Encoding row = model.tokenizer().encode(input.text(), input.pair(), spans);
            rows.add(Call.fitting(row, model, input.path()));
        }
        return rows;
    }

    @Override
    public Object answer(ServingEncoder model, List<Encoding> rows, List<float[]> values) {
        EncoderFacts facts = model.facts();
        List<Found> data = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            data.add(
                    facts.output() == Output.TOKEN_LABELS
                            ? spans(i, facts, rows.get(i), values.get(i))
                            : labels(i, facts, values.get(i)));
        }
        int tokens = Call.tokens(rows);
        return new Answer("list", model.version().model(), data, new Usage(tokens, tokens));
    }

    private Found spans(int index, EncoderFacts facts, Encoding row, float[] logits) {
        return new Found(index, null, null, null, Spans.of(inputs.get(index).text(), row, logits, facts.labels()));
    }

    private Found labels(int index, EncoderFacts facts, float[] logits) {
        double[] scores = Scores.of(logits, 0, logits.length, facts.independent());
        List<Label> sorted = IntStream.range(0, scores.length)
                .mapToObj(label -> new Label(facts.labels().get(label), scores[label]))
                .sorted(Comparator.comparingDouble(Label::score).reversed())
                .limit(topK)
                .toList();
        return new Found(index, sorted.getFirst().label(), sorted.getFirst().score(), sorted, null);
    }
}
