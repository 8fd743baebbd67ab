// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.importer;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.CommandConfig;
import dev.rivulet.modelpackage.folder.CommandFolder;
import dev.rivulet.modelpackage.folder.EncoderFolder;
import dev.rivulet.modelpackage.folder.ModelFolder;
import dev.rivulet.modelpackage.folder.SpeechFolder;
import dev.rivulet.modelpackage.graph.CommandGraph;
import dev.rivulet.modelpackage.graph.DecoderGraph;
import dev.rivulet.modelpackage.graph.EncoderGraph;
import dev.rivulet.modelpackage.graph.SpeechGraphs;
import dev.rivulet.modelpackage.safetensors.Weights;
import dev.rivulet.modelpackage.tokenizer.ModelTokenizer;
import dev.rivulet.modelpackage.tokenizer.PairTokenizer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a replica would find out while it loads a model, short of computing with it: configuration, tokenizer, template, that tensors
 * don't overlap and are those of the architecture. Weights are mapped and not read, so the size of a model costs nothing.
 */
final class ModelCheck {

    static final String GENERATION = "text-generation";

    private static final String COMMANDS = "audio-classification";
    private static final String SPEECH = "automatic-speech-recognition";

    private ModelCheck() {}

    /**
     * Facts by name, for people.
     *
     * @param task what the model does, as the registry names it; all but text generation are tasks of encoders
     * @throws ModelRejectedException naming the file and what is wrong in it
     */
    static Map<String, String> examine(Path model, String task) throws IOException, ModelRejectedException {
        if (task.equals(SPEECH)) {
            return speech(model);
        }
        if (task.equals(COMMANDS)) {
            return commands(model);
        }
        if (!task.equals(GENERATION)) {
            return encoder(model);
        }
        ModelFolder folder = ModelFolder.open(model);
        Weights weights = folder.weights();
        DecoderGraph.matrices(folder.config(), weights);
        try (ModelTokenizer tokenizer = folder.tokenizer()) {
            folder.chatTemplate(tokenizer, Clock.systemUTC());
            if (folder.endTokens(tokenizer).isEmpty()) {
                throw new ModelRejectedException(
                        "no token ends an answer: neither generation_config.json, config.json nor"
                                + " tokenizer_config.json names an end token; add eos_token_id to generation_config.json");
            }
        }
        return facts(
                folder.config().architecture(),
                weights,
                folder.config().contextLength(),
                folder.config().vocabularySize());
    }

    private static Map<String, String> encoder(Path model) throws IOException, ModelRejectedException {
        EncoderFolder folder = EncoderFolder.open(model);
        Weights weights = folder.weights();
        try (PairTokenizer tokenizer = folder.tokenizer();
                Arena memory = Arena.ofConfined()) {
            EncoderGraph.of(folder.config(), weights, 1, memory);
            return facts(
                    folder.config().architecture(),
                    weights,
                    folder.config().contextLength(),
                    folder.config().vocabularySize());
        }
    }

    private static Map<String, String> speech(Path model) throws IOException, ModelRejectedException {
        SpeechFolder folder = SpeechFolder.open(model);
        Weights weights = folder.weights();
        try (ModelTokenizer tokenizer = folder.tokenizer();
                Arena memory = Arena.ofConfined()) {
            folder.tokens(tokenizer);
            SpeechGraphs.of(folder.config(), weights, memory);
            return facts(
                    folder.config().architecture(),
                    weights,
                    folder.config().targetPositions(),
                    folder.config().vocabularySize());
        }
    }

    private static Map<String, String> commands(Path model) throws IOException, ModelRejectedException {
        CommandFolder folder = CommandFolder.open(model);
        Weights weights = folder.weights();
        try (Arena memory = Arena.ofConfined()) {
            CommandGraph.of(folder.config(), weights, memory);
        }
        Map<String, String> facts = new TreeMap<>();
        facts.put("model.architecture", CommandConfig.ARCHITECTURE);
        facts.put("model.parameters", Long.toString(weights.parameters()));
        facts.put("model.commands", Integer.toString(folder.config().commands().size()));
        return facts;
    }

    private static Map<String, String> facts(String architecture, Weights weights, int context, int vocabulary)
            throws ModelRejectedException {
        Map<String, String> facts = new TreeMap<>();
        facts.put("model.architecture", architecture);
        facts.put("model.parameters", Long.toString(weights.parameters()));
        facts.put("model.context", Integer.toString(context));
        facts.put("model.vocabulary", Integer.toString(vocabulary));
        return facts;
    }
}
