package dev.rivulet.importer;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.ModelFolder;
import dev.rivulet.modelpackage.graph.DecoderGraph;
import dev.rivulet.modelpackage.safetensors.Weights;
import dev.rivulet.modelpackage.tokenizer.ModelTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a replica would find out while it loads a model, short of computing with it: configuration, tokenizer, template, that tensors
 * don't overlap and are those of the architecture. Weights are mapped and not read, so the size of a model costs nothing.
 */
final class ModelCheck {

    private ModelCheck() {}

    /**
     * Facts by name, for people.
     *
     * @throws ModelRejectedException naming the file and what is wrong in it
     */
    static Map<String, String> examine(Path model) throws IOException, ModelRejectedException {
        ModelFolder folder = ModelFolder.open(model);
        Weights weights = folder.weights();
        DecoderGraph.matrices(folder.config(), weights);
        Map<String, String> facts = new TreeMap<>();
        try (ModelTokenizer tokenizer = folder.tokenizer()) {
            folder.chatTemplate(tokenizer, Clock.systemUTC());
            if (folder.endTokens(tokenizer).isEmpty()) {
                throw new ModelRejectedException(
                        "no token ends an answer: neither generation_config.json, config.json nor"
                                + " tokenizer_config.json names an end token; add eos_token_id to generation_config.json");
            }
        }
        facts.put("model.architecture", folder.config().architecture());
        facts.put("model.parameters", String.format(Locale.ROOT, "%d", weights.parameters()));
        facts.put("model.context", Integer.toString(folder.config().contextLength()));
        facts.put("model.vocabulary", Integer.toString(folder.config().vocabularySize()));
        return facts;
    }
}
