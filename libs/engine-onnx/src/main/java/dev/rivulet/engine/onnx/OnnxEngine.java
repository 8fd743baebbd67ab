// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.CacheKind;
import dev.rivulet.engine.ChatTemplate;
import dev.rivulet.engine.CommandModel;
import dev.rivulet.engine.EncoderModel;
import dev.rivulet.engine.EncoderOptions;
import dev.rivulet.engine.Engine;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.ModelFacts;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.TensorModel;
import dev.rivulet.engine.speech.SpeechModel;
import dev.rivulet.modelpackage.folder.CommandFolder;
import dev.rivulet.modelpackage.folder.DualFolder;
import dev.rivulet.modelpackage.folder.EncoderFolder;
import dev.rivulet.modelpackage.folder.ModelFolder;
import dev.rivulet.modelpackage.folder.SpeechFolder;
import dev.rivulet.modelpackage.tokenizer.ModelTokenizer;
import dev.rivulet.modelpackage.tokenizer.PairTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Runs decoders, encoders and speech models on the CPU with ONNX Runtime, from safetensors and without an ONNX file. */
public final class OnnxEngine implements Engine {

    private final OnnxSettings settings;
    private final Clock clock;

    /** For the service loader: settings from system properties. */
    public OnnxEngine() {
        this(OnnxSettings.ofSystem(), Clock.systemUTC());
    }

    /** @param clock tells chat templates the time */
    public OnnxEngine(OnnxSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "onnxruntime-cpu";
    }

    @Override
    public LanguageModel load(Path path, EngineOptions options) throws IOException, ModelRejectedException {
        ModelFolder folder = ModelFolder.open(path);
        ModelTokenizer tokenizer = folder.tokenizer();
        try {
            ChatTemplate template = folder.chatTemplate(tokenizer, clock);
            Set<Integer> endTokens = folder.endTokens(tokenizer);
            EngineOptions granted = ShippedForm.preferred(folder.path(), options);
            return load(folder, granted, tokenizer, template, endTokens);
        } catch (IOException | ModelRejectedException | RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    private OnnxLanguageModel load(
            ModelFolder folder,
            EngineOptions granted,
            ModelTokenizer tokenizer,
            ChatTemplate template,
            Set<Integer> endTokens)
            throws IOException, ModelRejectedException {
        Optional<OnnxVision> eyes = folder.vision().isPresent()
                ? Optional.of(OnnxVision.load(folder, tokenizer, granted, settings))
                : Optional.empty();
        try {
            long taken = granted.taken() + eyes.map(OnnxVision::memoryBytes).orElse(0L);
            LoadedDecoder decoder = LoadedDecoder.load(
                    folder.config(),
                    folder.weights(),
                    granted.beside(taken),
                    settings,
                    calibration(granted, tokenizer));
            return new OnnxLanguageModel(
                    facts(folder, endTokens, decoder, eyes),
                    tokenizer,
                    template,
                    decoder.runner(),
                    granted.adapterRank() > 0,
                    eyes);
        } catch (IOException | ModelRejectedException | RuntimeException | Error e) {
            eyes.ifPresent(OnnxVision::close);
            throw e;
        }
    }

    private static List<int[]> calibration(EngineOptions options, ModelTokenizer tokenizer) throws IOException {
        return options.cache() == CacheKind.F32 ? List.of() : List.of(tokenizer.encode(CalibrationText.text()));
    }

    @Override
    public EncoderModel loadEncoder(Path path, EncoderOptions options) throws IOException, ModelRejectedException {
        Optional<DualFolder> dual = DualFolder.find(path);
        if (dual.isPresent()) {
            return OnnxDualModel.load(dual.get(), options, settings);
        }
        EncoderFolder folder = EncoderFolder.open(path);
        PairTokenizer tokenizer = folder.tokenizer();
        try {
            return OnnxEncoderModel.load(folder.config(), folder.weights(), tokenizer, options, settings);
        } catch (IOException | ModelRejectedException | RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    @Override
    public TensorModel loadGraph(Path path, int threads) throws IOException, ModelRejectedException {
        return OnnxTensorModel.load(path, threads, settings);
    }

    @Override
    public SpeechModel loadSpeech(Path path, int threads, long taken) throws IOException, ModelRejectedException {
        return OnnxSpeechModel.load(SpeechFolder.open(path), threads, taken, settings);
    }

    @Override
    public CommandModel loadCommands(Path path, int threads) throws IOException, ModelRejectedException {
        CommandFolder folder = CommandFolder.open(path);
        return OnnxCommandModel.load(folder.config(), folder.weights(), threads, settings);
    }

    private static ModelFacts facts(
            ModelFolder folder, Set<Integer> endTokens, LoadedDecoder decoder, Optional<OnnxVision> eyes) {
        return new ModelFacts(
                folder.config().architecture(),
                decoder.parameters() + eyes.map(OnnxVision::parameters).orElse(0L),
                decoder.runner().contextLength(),
                decoder.runner().vocabularySize(),
                endTokens,
                decoder.memory().total() + eyes.map(OnnxVision::memoryBytes).orElse(0L),
                folder.generation().sampling());
    }
}
