// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of a recogniser of spoken commands, under the rules of {@link ModelFolder}. */
public final class CommandFolder {

    private static final String CONFIG = "config.json";

    private final Path path;
    private final CommandConfig config;

    private CommandFolder(Path path, CommandConfig config) {
        this.path = path;
        this.config = config;
    }

    /**
     * Reads the configuration; weights are read when asked for.
     *
     * @throws ModelRejectedException if it is missing, malformed, too large or of another architecture
     * @throws IOException if it can't be read
     */
    public static CommandFolder open(Path folder) throws IOException, ModelRejectedException {
        if (!Files.isDirectory(folder)) {
            throw new ModelRejectedException(folder.getFileName() + ": not a folder; give that which holds " + CONFIG);
        }
        Path path = folder.toRealPath();
        ConfigJson json = ConfigJson.parse(CONFIG, ModelFolder.require(path, CONFIG, ModelFolder.LARGEST_CONFIG));
        return new CommandFolder(path, CommandConfig.read(json));
    }

    public CommandConfig config() {
        return config;
    }

    /** Maps the weights. */
    public Weights weights() throws IOException, ModelRejectedException {
        return ModelFolder.safetensors(path);
    }
}
