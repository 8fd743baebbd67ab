// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.prediction;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.engine.Encoding;
import dev.rivulet.inference.encoding.EncoderCapability;
import dev.rivulet.inference.encoding.ServingEncoder;
import dev.rivulet.inference.pictures.PictureAsk;
import dev.rivulet.inference.pictures.PictureIntake;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /v1/embeddings} in OpenAI's form; a picture is an object, {@code {"image": "data:image/png;base64,…"}}.
 *
 * @param base64 whether vectors are written as little-endian 32-bit floats in base64
 * @param dimensions how many of the first values are kept and scaled to length 1 again; 0 for all, untouched
 */
record EmbeddingsCall(String model, List<Input> inputs, boolean base64, int dimensions) implements Call {

    private static final int MOST_DIMENSIONS = 1 << 16;

    /** A text, tokens, or a picture. */
    private record Input(
            @Nullable String text, int[] tokens, @Nullable PictureAsk picture, String path) {}

    record Vector(String object, int index, Object embedding) {}

    record Usage(
            @JsonProperty("prompt_tokens") int promptTokens,
            @JsonProperty("total_tokens") int totalTokens) {}

    record Answer(String object, List<Vector> data, String model, Usage usage) {}

    static EmbeddingsCall read(Fields fields, PredictionProperties limits, PictureIntake intake) {
        String format = fields.optional("encoding_format")
                .map(value -> Fields.text(value, "encoding_format"))
                .orElse("float");
        if (!format.equals("float") && !format.equals("base64")) {
            throw Fields.invalid("encoding_format", "must be float or base64");
        }
        return new EmbeddingsCall(
                fields.text("model"),
                inputs(fields.required("input"), limits.maxInputs(), intake),
                format.equals("base64"),
                fields.number("dimensions", 1, MOST_DIMENSIONS, 0));
    }

    private static List<Input> inputs(JsonNode input, int most, PictureIntake intake) {
        if (input.isString() || input.isObject()) {
            return List.of(input(input, "input", intake));
        }
        if (!input.isArray() || input.isEmpty()) {
            throw Fields.invalid(
                    "input", "must be a string, a list of strings, a list of tokens or a list of such lists");
        }
        if (input.get(0).isNumber()) {
            return List.of(input(input, "input", intake));
        }
        if (input.size() > most) {
            throw Fields.invalid("input", "has " + input.size() + " entries; at most " + most + " are accepted");
        }
        List<Input> inputs = new ArrayList<>();
        for (JsonNode entry : input) {
            inputs.add(input(entry, "input[" + inputs.size() + "]", intake));
        }
        long pictures = inputs.stream().filter(one -> one.picture() != null).count();
        if (pictures > intake.most()) {
            throw Fields.invalid("input", "has " + pictures + " pictures; at most " + intake.most() + " are read");
        }
        return inputs;
    }

    private static Input input(JsonNode entry, String path, PictureIntake intake) {
        if (entry.isObject()) {
            String url = Fields.text(entry.get("image"), path + ".image");
            return new Input(null, new int[0], intake.take(path + ".image", url, false), path);
        }
        if (entry.isArray() && !entry.isEmpty()) {
            int[] tokens = new int[entry.size()];
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] = Fields.whole(entry.get(i), path, 0, Integer.MAX_VALUE);
            }
            return new Input(null, tokens, null, path);
        }
        String text = Fields.text(entry, path);
        if (text.isEmpty()) {
            throw Fields.invalid(path, "must not be empty");
        }
        return new Input(text, new int[0], null, path);
    }

    @Override
    public EncoderCapability capability() {
        return EncoderCapability.EMBEDDINGS;
    }

    @Override
    public List<Encoding> rows(ServingEncoder model) {
        if (dimensions > model.facts().width()) {
            throw Fields.invalid(
                    "dimensions", "must be at most " + model.facts().width() + " for this model");
        }
        List<Encoding> rows = new ArrayList<>();
        for (Input input : inputs) {
            if (input.picture() != null) {
                continue;
            }
            rows.add(Call.fitting(row(input, model), model, input.path()));
        }
        return rows;
    }

    @Override
    public List<PictureAsk> pictures() {
        return inputs.stream()
                .map(Input::picture)
                .filter(java.util.Objects::nonNull)
                .toList();
    }

    @Override
    public List<float[]> together(List<float[]> values, List<float[]> pictures) {
        Iterator<float[]> texts = values.iterator();
        Iterator<float[]> seen = pictures.iterator();
        return inputs.stream()
                .map(input -> input.picture() == null ? texts.next() : seen.next())
                .toList();
    }

    private static Encoding row(Input input, ServingEncoder model) {
        if (input.text() != null) {
            return model.tokenizer().encode(input.text(), null, false);
        }
        try {
            return model.tokenizer().frame(input.tokens());
        } catch (IllegalArgumentException e) {
            throw Fields.invalid(input.path(), "is refused: " + e.getMessage());
        }
    }

    @Override
    public Object answer(ServingEncoder model, List<Encoding> rows, List<float[]> values) {
        List<Vector> data = new ArrayList<>();
        for (float[] value : values) {
            float[] vector = dimensions == 0 ? value : shortened(value);
            data.add(new Vector("embedding", data.size(), base64 ? packed(vector) : vector));
        }
        int tokens = Call.tokens(rows);
        return new Answer("list", data, model.version().model(), new Usage(tokens, tokens));
    }

    private float[] shortened(float[] vector) {
        float[] kept = Arrays.copyOf(vector, dimensions);
        double square = 0;
        for (float value : kept) {
            square += (double) value * value;
        }
        double length = Math.sqrt(square);
        for (int i = 0; i < kept.length && length > 0; i++) {
            kept[i] = (float) (kept[i] / length);
        }
        return kept;
    }

    private static String packed(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
