// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

import dev.rivulet.engine.speech.SpeechModel;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Loads language models from Hugging Face-style folders (safetensors, {@code config.json}, {@code tokenizer.json}).
 * Implementations are found by {@link java.util.ServiceLoader}.
 */
public interface Engine {

    /** A short stable name, such as {@code onnxruntime-cpu}, used in settings and as a metric label. */
    String name();

    /**
     * Loads the model of a folder. Every byte of the folder is treated as hostile until it is checked.
     *
     * @throws ModelRejectedException if the folder is malformed, too large or of an unsupported architecture; the message
     *     names the file and what would be accepted
     * @throws IOException if the folder can't be read
     */
    LanguageModel load(Path folder, EngineOptions options) throws IOException, ModelRejectedException;

    /**
     * Loads the encoder of a folder: embeddings, rerankers and classifiers.
     *
     * @throws ModelRejectedException as {@link #load}; an engine without encoders refuses all
     * @throws IOException if the folder can't be read
     */
    default EncoderModel loadEncoder(Path folder, EncoderOptions options) throws IOException, ModelRejectedException {
        throw new ModelRejectedException("the engine " + name() + " has no encoders");
    }

    /**
     * Loads the graph of a folder with {@code model.onnx}.
     *
     * @param threads threads of one run
     * @throws ModelRejectedException if it is malformed, reads other files or uses types that are not supported; an engine
     *     without graphs refuses all
     * @throws IOException if the folder can't be read
     */
    default TensorModel loadGraph(Path folder, int threads) throws IOException, ModelRejectedException {
        throw new ModelRejectedException("the engine " + name() + " runs no graphs");
    }

    /**
     * Loads the speech model of a folder.
     *
     * @param threads threads of one run, 1 to 256
     * @param taken bytes that models beside it take of the memory that the engine is granted
     * @throws ModelRejectedException as {@link #load}; an engine without speech models refuses all
     * @throws IOException if the folder can't be read
     */
    default SpeechModel loadSpeech(Path folder, int threads, long taken) throws IOException, ModelRejectedException {
        throw new ModelRejectedException("the engine " + name() + " has no speech models");
    }

    /**
     * Loads the recogniser of spoken commands of a folder.
     *
     * @param threads threads of one run
     * @throws ModelRejectedException as {@link #load}; an engine without such recognisers refuses all
     * @throws IOException if the folder can't be read
     */
    default CommandModel loadCommands(Path folder, int threads) throws IOException, ModelRejectedException {
        throw new ModelRejectedException("the engine " + name() + " recognises no spoken commands");
    }
}
