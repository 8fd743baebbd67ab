// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.SpeechConfig;
import dev.rivulet.modelpackage.graph.DecoderGraph;
import dev.rivulet.modelpackage.graph.DecoderGraph.Side;
import dev.rivulet.modelpackage.graph.SpeechGraphs;
import dev.rivulet.modelpackage.graph.SpeechGraphs.Part;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The three graphs of a Whisper model with their memory: what is heard of one window, and the text so far. Not thread-safe. */
final class SpeechSessions implements AutoCloseable {

    private static final int ALIGNMENT = 64;
    private static final int MOST_ROWS = 2;

    private final SpeechConfig config;
    private final Arena memory;
    private final DecoderSession encoder;
    private final DecoderSession crossing;
    private final DecoderSession decoder;
    private final FloatBuffer features;
    private final FloatBuffer hidden;
    private final FloatBuffer logits;
    private final LongBuffer tokens;
    private final LongBuffer positions;
    private final Map<String, OnnxTensor> sound = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> past = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> present = new LinkedHashMap<>();

    private SpeechSessions(
            SpeechConfig config, Arena memory, DecoderSession encoder, DecoderSession crossing, DecoderSession decoder)
            throws OrtException {
        this.config = config;
        this.memory = memory;
        this.encoder = encoder;
        this.crossing = crossing;
        this.decoder = decoder;
        features = floats((long) config.mels() * config.windowFrames());
        hidden = floats((long) config.sourcePositions() * config.width());
        logits = floats((long) MOST_ROWS * config.vocabularySize());
        tokens = buffer((long) config.targetPositions() * Long.BYTES).asLongBuffer();
        positions = buffer((long) config.targetPositions() * Long.BYTES).asLongBuffer();
        for (int layer = 0; layer < config.decoder().layers(); layer++) {
            sound.put(SpeechGraphs.keys(layer), side(config.sourcePositions()));
            sound.put(SpeechGraphs.values(layer), side(config.sourcePositions()));
            for (Side side : Side.values()) {
                OnnxTensor tensor = side(config.targetPositions());
                past.put(DecoderGraph.past(side, layer), tensor);
                present.put(DecoderGraph.present(side, layer), tensor);
            }
        }
    }

    /**
     * Opens the sessions; closing what this returns closes the memory.
     *
     * @throws ModelRejectedException if ONNX Runtime refuses a graph
     */
    static SpeechSessions open(SpeechConfig config, SpeechGraphs graphs, StepThreads threads, Arena memory)
            throws ModelRejectedException {
        DecoderSession encoder = open(graphs.encoder(), threads);
        DecoderSession crossing = null;
        DecoderSession decoder = null;
        try {
            crossing = open(graphs.crossing(), threads);
            decoder = open(graphs.decoder(), threads);
            return new SpeechSessions(config, memory, encoder, crossing, decoder);
        } catch (OrtException e) {
            close(encoder, crossing, decoder);
            throw new ModelRejectedException("the memory of a window can't be made: " + e.getMessage(), e);
        } catch (ModelRejectedException | RuntimeException | Error e) {
            close(encoder, crossing, decoder);
            throw e;
        }
    }

    private static void close(@Nullable DecoderSession... sessions) {
        for (DecoderSession session : sessions) {
            if (session != null) {
                session.close();
            }
        }
    }

    private static DecoderSession open(Part part, StepThreads threads) throws ModelRejectedException {
        return DecoderSession.open(part.model(), part.weights(), threads);
    }

    private FloatBuffer floats(long count) {
        return buffer(count * Float.BYTES).asFloatBuffer();
    }

    private ByteBuffer buffer(long bytes) {
        return memory.allocate(bytes, ALIGNMENT).asByteBuffer().order(ByteOrder.nativeOrder());
    }

    private OnnxTensor side(int length) throws OrtException {
        long[] size = {
            1,
            config.decoder().heads(),
            length,
            config.width() / config.decoder().heads()
        };
        return OnnxTensor.createTensor(decoder.environment(), floats((long) length * config.width()), size);
    }

    /** The hidden states of a window. @param values {@code [mels][windowFrames]} */
    float[] encode(float[] values) {
        features.put(0, values);
        Map<String, OnnxTensor> inputs = new HashMap<>();
        Map<String, OnnxTensor> outputs = new HashMap<>();
        try (StepTensors step = new StepTensors(inputs, outputs)) {
            long[] size = {1, config.mels(), config.windowFrames()};
            inputs.put(SpeechGraphs.FEATURES, OnnxTensor.createTensor(encoder.environment(), features, size));
            outputs.put(SpeechGraphs.HIDDEN, hiddenTensor());
            encoder.run(step);
        } catch (OrtException e) {
            throw failed(e);
        }
        float[] result = new float[hidden.capacity()];
        hidden.get(0, result);
        return result;
    }

    /** Listens to a window: what follows is written from it. @param states as {@link #encode} gave them */
    void listen(float[] states) {
        hidden.put(0, states);
        try (OnnxTensor input = hiddenTensor()) {
            crossing.run(new StepTensors(Map.of(SpeechGraphs.HIDDEN, input), sound));
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private OnnxTensor hiddenTensor() throws OrtException {
        long[] size = {1, config.sourcePositions(), config.width()};
        return OnnxTensor.createTensor(encoder.environment(), hidden, size);
    }

    /**
     * Reads tokens that follow the first {@code from} ones.
     *
     * @param wanted one or two of them, by their number among these
     * @return logits of each that is wanted
     */
    float[][] read(int[] next, int from, int... wanted) {
        for (int i = 0; i < next.length; i++) {
            tokens.put(i, next[i]);
            positions.put(i, from + i);
        }
        int total = from + next.length;
        Map<String, OnnxTensor> own = new HashMap<>();
        Map<String, OnnxTensor> result = new HashMap<>();
        try (StepTensors step = new StepTensors(own, result)) {
            var environment = decoder.environment();
            long[] length = {next.length};
            own.put(
                    DecoderGraph.INPUT_IDS,
                    OnnxTensor.createTensor(environment, tokens.slice(0, next.length), new long[] {1, next.length}));
            own.put(
                    SpeechGraphs.POSITIONS,
                    OnnxTensor.createTensor(environment, positions.slice(0, next.length), length));
            own.put(DecoderGraph.LAST_POSITION, OnnxTensor.createTensor(environment, single(total - 1), new long[] {1
            }));
            own.put(DecoderGraph.TOTAL_LENGTH, OnnxTensor.createTensor(environment, single(total), new long[] {1}));
            own.put(
                    DecoderGraph.LOGIT_ROWS,
                    OnnxTensor.createTensor(environment, rows(wanted), new long[] {wanted.length}));
            result.put(
                    DecoderGraph.LOGITS,
                    OnnxTensor.createTensor(
                            environment,
                            logits.slice(0, wanted.length * config.vocabularySize()),
                            new long[] {wanted.length, config.vocabularySize()}));
            decoder.run(joined(step));
        } catch (OrtException e) {
            throw failed(e);
        }
        float[][] all = new float[wanted.length][config.vocabularySize()];
        for (int row = 0; row < wanted.length; row++) {
            logits.get(row * config.vocabularySize(), all[row]);
        }
        return all;
    }

    private StepTensors joined(StepTensors step) {
        Map<String, OnnxTensor> inputs = new HashMap<>(step.inputs());
        inputs.putAll(sound);
        inputs.putAll(past);
        Map<String, OnnxTensor> outputs = new HashMap<>(step.outputs());
        outputs.putAll(present);
        return new StepTensors(inputs, outputs);
    }

    private static IntBuffer single(int value) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
        return bytes.putInt(0, value).asIntBuffer();
    }

    private static LongBuffer rows(int[] wanted) {
        LongBuffer rows = ByteBuffer.allocateDirect(wanted.length * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
        for (int i = 0; i < wanted.length; i++) {
            rows.put(i, wanted[i]);
        }
        return rows;
    }

    private static IllegalStateException failed(OrtException e) {
        return new IllegalStateException("tensors of a window can't be made: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        try (memory) {
            sound.values().forEach(OnnxTensor::close);
            past.values().forEach(OnnxTensor::close);
            close(encoder, crossing, decoder);
        }
    }
}
