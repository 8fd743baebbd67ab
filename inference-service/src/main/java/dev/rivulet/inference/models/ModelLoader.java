// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import dev.rivulet.engine.CommandModel;
import dev.rivulet.engine.EncoderModel;
import dev.rivulet.engine.EncoderOptions;
import dev.rivulet.engine.Engine;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.TensorModel;
import dev.rivulet.engine.speech.SpeechModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Loads the folder of a version and hands it to the host that serves its kind. */
final class ModelLoader {

    private static final String FOLDER = "folder";

    private final ModelsProperties properties;
    private final Supplier<Engine> engine;
    private final ModelHost decoders;
    private final EncoderHost encoders;
    private final TensorHost graphs;
    private final CommandHost commands;
    private final SpeechHost speech;

    ModelLoader(
            ModelsProperties properties,
            Supplier<Engine> engine,
            ModelHost decoders,
            EncoderHost encoders,
            TensorHost graphs,
            CommandHost commands,
            SpeechHost speech) {
        this.properties = properties;
        this.engine = engine;
        this.decoders = decoders;
        this.encoders = encoders;
        this.graphs = graphs;
        this.commands = commands;
        this.speech = speech;
    }

    /**
     * Loads a version, and serves it when this returns.
     *
     * @param draft folder of the model that guesses for it, if it has one
     * @param adapters whether it gets room for adapters
     * @param beside whether it serves beside the version that serves, whose memory counts against the limit then; else it takes
     *     that version's place
     * @throws ModelRejectedException if it can't be served, or both versions don't fit; a later attempt won't help
     */
    void load(ModelManifest wanted, Path folder, @Nullable Path draft, boolean adapters, boolean beside)
            throws IOException, ModelRejectedException {
        long taken = beside ? decoders.memoryBytes() + encoders.memoryBytes() : 0;
        if (wanted.generates()) {
            decoder(wanted, folder, draft, adapters ? properties.adapterRank() : 0, beside, taken);
        } else if (wanted.isGraph()) {
            graph(wanted, folder);
        } else if (wanted.hearsCommands()) {
            commands(wanted, folder);
        } else if (wanted.writesSpeech()) {
            speech(wanted, folder, decoders.memoryBytes() + encoders.memoryBytes());
        } else {
            encoder(wanted, folder, beside, taken);
        }
    }

    /**
     * Serves the folders of this machine that are set.
     *
     * @throws IllegalStateException if one can't be loaded
     */
    void loadFolders() {
        properties.folders().forEach((model, folder) -> {
            try {
                decoders.serve(
                        new ModelVersion(model, FOLDER),
                        engine.get().load(folder, options(folder, 0, decoders.memoryBytes() + encoders.memoryBytes())),
                        null);
            } catch (IOException | ModelRejectedException e) {
                throw new IllegalStateException(
                        "rivulet.models.folders." + model + " can't be loaded from " + folder + ": " + e.getMessage(),
                        e);
            }
        });
    }

    private EngineOptions options(Path folder, int adapterRank, long taken) throws IOException {
        return new EngineOptions(
                        properties.allSlots(),
                        properties.contextLength(),
                        threads(folder),
                        properties.prefillChunk(),
                        properties.weights(),
                        properties.quantised(),
                        adapterRank,
                        properties.kvCache())
                .beside(taken);
    }

    /** A folder that is not there has no bytes; the engine says what is wrong with it. */
    private int threads(Path folder) throws IOException {
        long bytes = 0;
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    bytes += Files.size(file);
                }
            }
        }
        return properties.grantedThreads(bytes, Runtime.getRuntime().availableProcessors());
    }

    private void graph(ModelManifest wanted, Path folder) throws IOException, ModelRejectedException {
        TensorModel model = engine.get().loadGraph(folder, threads(folder));
        try {
            graphs.serve(wanted.version(), model);
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    private void commands(ModelManifest wanted, Path folder) throws IOException, ModelRejectedException {
        CommandModel model = engine.get().loadCommands(folder, threads(folder));
        try {
            commands.serve(wanted.version(), model);
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    private void speech(ModelManifest wanted, Path folder, long taken) throws IOException, ModelRejectedException {
        SpeechModel model = engine.get().loadSpeech(folder, threads(folder), taken);
        try {
            speech.serve(wanted.version(), model);
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    private void encoder(ModelManifest wanted, Path folder, boolean beside, long taken)
            throws IOException, ModelRejectedException {
        EncoderOptions options = encoders.options(threads(folder), properties.contextLength(), taken);
        EncoderModel model = engine.get().loadEncoder(folder, options);
        try {
            if (beside) {
                encoders.serveBeside(wanted.version(), model);
            } else {
                encoders.serve(wanted.version(), model);
            }
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    private void decoder(
            ModelManifest wanted, Path folder, @Nullable Path draft, int adapterRank, boolean beside, long taken)
            throws IOException, ModelRejectedException {
        EngineOptions options = options(folder, adapterRank, taken);
        LanguageModel model = engine.get().load(folder, options);
        try {
            LanguageModel guesses = draft == null ? null : engine.get().load(draft, options.withAdapters(0));
            if (beside) {
                decoders.serveBeside(wanted.version(), model, guesses);
            } else {
                decoders.serve(wanted.version(), model, guesses);
            }
        } catch (IOException | ModelRejectedException | RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }
}
