// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.NoNumbersException;
import dev.rivulet.engine.WeightKind;
import dev.rivulet.engine.speech.SpeechFacts;
import dev.rivulet.engine.speech.SpeechFeatures;
import dev.rivulet.engine.speech.SpeechListener;
import dev.rivulet.engine.speech.SpeechModel;
import dev.rivulet.engine.speech.SpeechRequest;
import dev.rivulet.engine.speech.WindowEncoder;
import dev.rivulet.modelpackage.folder.SpeechConfig;
import dev.rivulet.modelpackage.folder.SpeechFolder;
import dev.rivulet.modelpackage.folder.SpeechTokens;
import dev.rivulet.modelpackage.graph.SpeechGraphs;
import dev.rivulet.modelpackage.safetensors.Weights;
import dev.rivulet.modelpackage.tokenizer.ModelTokenizer;
import java.io.IOException;
import java.lang.foreign.Arena;

/** A Whisper model that has listened once; closing it closes its parts. */
final class OnnxSpeechModel implements SpeechModel {

    private final SpeechFacts facts;
    private final SpeechConfig config;
    private final SpeechTokens tokens;
    private final ModelTokenizer tokenizer;
    private final SpeechSessions sessions;
    private boolean closed;

    private OnnxSpeechModel(
            SpeechFacts facts,
            SpeechConfig config,
            SpeechTokens tokens,
            ModelTokenizer tokenizer,
            SpeechSessions sessions) {
        this.facts = facts;
        this.config = config;
        this.tokens = tokens;
        this.tokenizer = tokenizer;
        this.sessions = sessions;
    }

    /**
     * Checks sizes, builds the graphs, opens the sessions and listens to silence.
     *
     * @throws ModelRejectedException if weights and configuration disagree, memory does not suffice or outputs are not finite
     * @throws IOException if the folder can't be read
     */
    static OnnxSpeechModel load(SpeechFolder folder, int threads, long taken, OnnxSettings settings)
            throws IOException, ModelRejectedException {
        if (threads < 1 || threads > 256) {
            throw new IllegalArgumentException("threads must be 1 to 256, was " + threads);
        }
        ModelTokenizer tokenizer = folder.tokenizer();
        try {
            SpeechTokens tokens = folder.tokens(tokenizer);
            return probed(load(folder.config(), folder.weights(), tokens, tokenizer, threads, taken, settings));
        } catch (IOException | ModelRejectedException | RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // The sessions take the memory over; every other way out closes it.
    private static OnnxSpeechModel load(
            SpeechConfig config,
            Weights weights,
            SpeechTokens tokens,
            ModelTokenizer tokenizer,
            int threads,
            long taken,
            OnnxSettings settings)
            throws ModelRejectedException {
        long bytes = memory(config, weights);
        if (bytes > settings.memoryLimit() - taken) {
            throw new ModelRejectedException("the speech model needs " + MemoryPlan.mebibytes(bytes) + ", "
                    + MemoryPlan.allowed(settings.memoryLimit(), taken) + ": serve fewer models or raise -D"
                    + OnnxSettings.MEMORY_LIMIT);
        }
        Arena memory = Arena.ofShared();
        try {
            SpeechGraphs graphs = SpeechGraphs.of(config, weights, memory);
            SpeechSessions sessions = SpeechSessions.open(config, graphs, settings.threads(threads), memory);
            SpeechFacts facts = new SpeechFacts(
                    config.architecture(),
                    weights.parameters(),
                    config.mels(),
                    config.windowFrames(),
                    config.targetPositions(),
                    tokens.languages().keySet(),
                    tokens.translate().isPresent(),
                    bytes);
            return new OnnxSpeechModel(facts, config, tokens, tokenizer, sessions);
        } catch (ModelRejectedException | RuntimeException | Error e) {
            if (memory.scope().isAlive()) {
                memory.close();
            }
            throw e;
        }
    }

    /** Weights; the states and scores of the encoder; keys and values over the sound and the text; logits. */
    private static long memory(SpeechConfig config, Weights weights) throws ModelRejectedException {
        long positions = config.sourcePositions();
        long states = positions * (8L * config.width() + 2L * config.encoder().inner());
        long scores = 2L * config.encoder().heads() * positions * positions;
        long cache = 2L * config.decoder().layers() * config.width() * (positions + config.targetPositions());
        return MemoryPlan.packed(weights, WeightKind.F32)
                + Float.BYTES * (states + scores + cache + 2L * config.vocabularySize());
    }

    private static OnnxSpeechModel probed(OnnxSpeechModel model) throws ModelRejectedException {
        try {
            int mels = model.config.mels();
            int frames = model.config.windowFrames();
            model.encode(new SpeechFeatures(mels, frames, new float[mels * frames]));
            return model;
        } catch (IllegalStateException e) {
            model.sessions.close();
            throw new ModelRejectedException(
                    "the model can't run: " + e.getMessage()
                            + ": the weights are damaged or not those of this configuration",
                    e);
        }
    }

    @Override
    public SpeechFacts facts() {
        return facts;
    }

    @Override
    public synchronized float[] encode(SpeechFeatures window) {
        open();
        require(window);
        if (window.frames() != config.windowFrames()) {
            throw new IllegalArgumentException(
                    "a window has " + config.windowFrames() + " frames, not " + window.frames());
        }
        return NoNumbersException.refused("encoder of sounds", sessions.encode(window.values()));
    }

    @Override
    public synchronized void transcribe(
            SpeechFeatures features, SpeechRequest request, WindowEncoder encoder, SpeechListener listener) {
        String prompt = request.prompt().strip();
        transcribe(
                features, request, prompt.isEmpty() ? new int[0] : tokenizer.encode(" " + prompt), encoder, listener);
    }

    /** As the other, with the tokens of the prompt. */
    synchronized void transcribe(
            SpeechFeatures features,
            SpeechRequest request,
            int[] prompt,
            WindowEncoder encoder,
            SpeechListener listener) {
        open();
        require(features);
        if (request.language().isPresent()
                && !facts.languages().isEmpty()
                && !facts.languages().contains(request.language().get())) {
            throw new IllegalArgumentException(
                    "the model does not know the language " + request.language().get());
        }
        boolean timestamps = request.timestamps() || features.frames() > config.windowFrames();
        new Transcription(sessions, config, tokens, tokenizer, request, prompt, timestamps, listener)
                .run(features, encoder);
    }

    /** The logits of tokens, for tests. */
    synchronized float[][] logits(float[] states, int[] text, int... wanted) {
        open();
        sessions.listen(states);
        return sessions.read(text, 0, wanted);
    }

    private void require(SpeechFeatures features) {
        if (features.mels() != config.mels()) {
            throw new IllegalArgumentException(
                    "the model takes features of " + config.mels() + " mels, not of " + features.mels());
        }
    }

    private void open() {
        if (closed) {
            throw new IllegalStateException("the speech model is closed");
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try (tokenizer) {
                sessions.close();
            }
        }
    }
}
