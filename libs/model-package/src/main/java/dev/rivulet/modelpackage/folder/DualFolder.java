// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.safetensors.RenamedWeights;
import dev.rivulet.modelpackage.safetensors.Weights;
import dev.rivulet.modelpackage.tokenizer.PairTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The folder of an encoder of texts and pictures, under the rules of {@link ModelFolder}. */
public final class DualFolder {

    private static final String CONFIG = "config.json";

    private final Path path;
    private final DualConfig config;

    private DualFolder(Path path, DualConfig config) {
        this.path = path;
        this.config = config;
    }

    /**
     * Reads the configuration, if it is of one of these.
     *
     * @return empty for a folder of something else
     * @throws ModelRejectedException if it is one of these and malformed
     */
    public static Optional<DualFolder> find(Path folder) throws IOException, ModelRejectedException {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        Path path = folder.toRealPath();
        Optional<byte[]> file = ModelFolder.read(path, CONFIG, ModelFolder.LARGEST_CONFIG);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        ConfigJson json = ConfigJson.parse(CONFIG, file.get());
        return DualConfig.is(json)
                ? Optional.of(new DualFolder(path, DualConfig.read(json, ModelFolder.recipe(path))))
                : Optional.empty();
    }

    public DualConfig config() {
        return config;
    }

    /** The weights of the encoder of texts. */
    public Weights textWeights() throws IOException, ModelRejectedException {
        return part("text_");
    }

    /** The weights of the encoder of pictures. */
    public Weights pictureWeights() throws IOException, ModelRejectedException {
        return part("vis");
    }

    private Weights part(String prefix) throws IOException, ModelRejectedException {
        return RenamedWeights.of(
                ModelFolder.safetensors(path), name -> name.startsWith(prefix) ? Optional.of(name) : Optional.empty());
    }

    /** Reads the tokenizer. Close it with the model. */
    public PairTokenizer tokenizer() throws IOException, ModelRejectedException {
        byte[] file = ModelFolder.require(path, ModelFolder.TOKENIZER, ModelFolder.LARGEST_TOKENIZER);
        PairTokenizer tokenizer = PairTokenizer.read(file);
        if (tokenizer.idBound() > config.text().vocabularySize()) {
            tokenizer.close();
            throw new ModelRejectedException(ModelFolder.TOKENIZER + ": has token id " + (tokenizer.idBound() - 1)
                    + ", but text_config says vocab_size " + config.text().vocabularySize());
        }
        return tokenizer;
    }
}
