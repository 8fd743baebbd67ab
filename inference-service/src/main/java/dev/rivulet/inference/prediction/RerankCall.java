// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.prediction;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.engine.Encoding;
import dev.rivulet.inference.encoding.EncoderCapability;
import dev.rivulet.inference.encoding.ServingEncoder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /v1/rerank} in the form of Jina and Cohere. A document that is too long for the model loses its end.
 *
 * @param topN most results
 * @param returnDocuments whether results repeat their document
 */
record RerankCall(String model, String query, List<String> documents, int topN, boolean returnDocuments)
        implements Call {

    record Document(String text) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Result(
            int index,
            @JsonProperty("relevance_score") double relevanceScore,
            @Nullable Document document) {}

    record Usage(@JsonProperty("total_tokens") int totalTokens) {}

    record Answer(String object, String model, List<Result> results, Usage usage) {}

    static RerankCall read(Fields fields, PredictionProperties limits) {
        JsonNode listed = fields.required("documents");
        if (!listed.isArray() || listed.isEmpty() || listed.size() > limits.maxInputs()) {
            throw Fields.invalid("documents", "must be a list of 1 to " + limits.maxInputs() + " documents");
        }
        List<String> documents = new ArrayList<>();
        for (JsonNode entry : listed) {
            String path = "documents[" + documents.size() + "]";
            documents.add(entry.isObject() ? Fields.text(entry.get("text"), path + ".text") : Fields.text(entry, path));
        }
        return new RerankCall(
                fields.text("model"),
                fields.text("query"),
                documents,
                fields.number("top_n", 1, Integer.MAX_VALUE, documents.size()),
                fields.flag("return_documents"));
    }

    @Override
    public EncoderCapability capability() {
        return EncoderCapability.RERANK;
    }

    @Override
    public List<Encoding> rows(ServingEncoder model) {
        List<Encoding> rows = new ArrayList<>();
        for (String document : documents) {
            Encoding pair = model.tokenizer().encode(query, document, false);
            rows.add(Call.fitting(pair.truncated(model.facts().contextLength()), model, "query"));
        }
        return rows;
    }

    @Override
    public Object answer(ServingEncoder model, List<Encoding> rows, List<float[]> values) {
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            Document document = returnDocuments ? new Document(documents.get(i)) : null;
            results.add(new Result(i, Scores.sigmoid(values.get(i)[0]), document));
        }
        results.sort(Comparator.comparingDouble(Result::relevanceScore).reversed());
        List<Result> best = results.subList(0, Math.min(topN, results.size()));
        return new Answer("list", model.version().model(), List.copyOf(best), new Usage(Call.tokens(rows)));
    }
}
