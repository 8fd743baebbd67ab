// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.safetensors.Weights;
import dev.rivulet.modelpackage.tokenizer.PairTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The folder of an encoder as transformers and sentence-transformers write it, under the rules of {@link ModelFolder}. */
public final class EncoderFolder {

    private static final String CONFIG = "config.json";

    private final Path path;
    private final EncoderConfig config;

    private EncoderFolder(Path path, EncoderConfig config) {
        this.path = path;
        this.config = config;
    }

    /**
     * Reads the configuration; weights and tokenizer are read when asked for.
     *
     * @throws ModelRejectedException if a file is missing, malformed, too large or the architecture is not supported
     * @throws IOException if a file can't be read
     */
    public static EncoderFolder open(Path folder) throws IOException, ModelRejectedException {
        if (!Files.isDirectory(folder)) {
            throw new ModelRejectedException(folder.getFileName() + ": not a folder; give that which holds " + CONFIG);
        }
        Path path = folder.toRealPath();
        ConfigJson json = ConfigJson.parse(CONFIG, ModelFolder.require(path, CONFIG, ModelFolder.LARGEST_CONFIG));
        return new EncoderFolder(path, EncoderConfig.read(json, SentenceModules.read(path)));
    }

    /** Names of the architectures that {@link #open} accepts. */
    public static List<String> supportedArchitectures() {
        return EncoderFamily.supported();
    }

    public EncoderConfig config() {
        return config;
    }

    /** Maps the weights. */
    public Weights weights() throws IOException, ModelRejectedException {
        return ModelFolder.safetensors(path);
    }

    /** Reads the tokenizer. Close it with the model. */
    public PairTokenizer tokenizer() throws IOException, ModelRejectedException {
        byte[] file = ModelFolder.require(path, ModelFolder.TOKENIZER, ModelFolder.LARGEST_TOKENIZER);
        PairTokenizer tokenizer = PairTokenizer.read(file);
        if (tokenizer.idBound() > config.vocabularySize()) {
            tokenizer.close();
            throw new ModelRejectedException(ModelFolder.TOKENIZER + ": has token id " + (tokenizer.idBound() - 1)
                    + ", but " + CONFIG + " says vocab_size " + config.vocabularySize());
        }
        return tokenizer;
    }
}
