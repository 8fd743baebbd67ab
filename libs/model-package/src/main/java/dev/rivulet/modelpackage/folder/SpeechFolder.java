// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.safetensors.Weights;
import dev.rivulet.modelpackage.tokenizer.ModelTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The folder of a Whisper model as transformers writes it, under the rules of {@link ModelFolder}. */
public final class SpeechFolder {

    private static final String CONFIG = "config.json";
    private static final String GENERATION = "generation_config.json";

    private final Path path;
    private final SpeechConfig config;

    private SpeechFolder(Path path, SpeechConfig config) {
        this.path = path;
        this.config = config;
    }

    /**
     * Reads the configuration; weights and tokenizer are read when asked for.
     *
     * @throws ModelRejectedException if a file is missing, malformed, too large or the architecture is not supported
     * @throws IOException if a file can't be read
     */
    public static SpeechFolder open(Path folder) throws IOException, ModelRejectedException {
        if (!Files.isDirectory(folder)) {
            throw new ModelRejectedException(folder.getFileName() + ": not a folder; give that which holds " + CONFIG);
        }
        Path path = folder.toRealPath();
        ConfigJson json = ConfigJson.parse(CONFIG, ModelFolder.require(path, CONFIG, ModelFolder.LARGEST_CONFIG));
        return new SpeechFolder(path, SpeechConfig.read(json));
    }

    /** Names of the architectures that {@link #open} accepts. */
    public static List<String> supportedArchitectures() {
        return List.of(SpeechConfig.WHISPER);
    }

    public SpeechConfig config() {
        return config;
    }

    /** Maps the weights. */
    public Weights weights() throws IOException, ModelRejectedException {
        return ModelFolder.safetensors(path);
    }

    /** Reads the tokenizer. Close it with the model. */
    public ModelTokenizer tokenizer() throws IOException, ModelRejectedException {
        byte[] file = ModelFolder.require(path, ModelFolder.TOKENIZER, ModelFolder.LARGEST_TOKENIZER);
        ModelTokenizer tokenizer = ModelTokenizer.read(file);
        if (tokenizer.idBound() > config.vocabularySize()) {
            tokenizer.close();
            throw new ModelRejectedException(ModelFolder.TOKENIZER + ": has token id " + (tokenizer.idBound() - 1)
                    + ", but " + CONFIG + " says vocab_size " + config.vocabularySize());
        }
        return tokenizer;
    }

    /** The tokens that steer the model. */
    public SpeechTokens tokens(ModelTokenizer tokenizer) throws IOException, ModelRejectedException {
        byte[] file = ModelFolder.require(path, GENERATION, ModelFolder.LARGEST_CONFIG);
        return SpeechTokens.read(ConfigJson.parse(GENERATION, file), tokenizer, config.vocabularySize());
    }
}
