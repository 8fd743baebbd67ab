// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.rivulet.engine.CommandFacts;
import dev.rivulet.engine.CommandModel;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.CommandConfig;
import dev.rivulet.modelpackage.graph.CommandGraph;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/** A recogniser of spoken commands over buffers that hold one window. */
final class OnnxCommandModel implements CommandModel {

    private static final int ALIGNMENT = 64;

    private final CommandFacts facts;
    private final DecoderSession session;
    private final Arena memory;
    private final FloatBuffer input;
    private final FloatBuffer output;
    private boolean closed;

    private OnnxCommandModel(CommandFacts facts, DecoderSession session, Arena memory) {
        this.facts = facts;
        this.session = session;
        this.memory = memory;
        this.input = floats(memory, facts.mels() * facts.frames());
        this.output = floats(memory, facts.commands().size() + 1);
    }

    private static FloatBuffer floats(Arena memory, int count) {
        return memory.allocate((long) count * Float.BYTES, ALIGNMENT)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /**
     * Builds the graph, opens the session and hears silence.
     *
     * @throws ModelRejectedException if weights and configuration disagree, memory does not suffice or outputs are not finite
     */
    @SuppressWarnings("MustBeClosedChecker") // The model takes the memory over; every other way out closes it.
    static OnnxCommandModel load(CommandConfig config, Weights weights, int threads, OnnxSettings settings)
            throws ModelRejectedException {
        long bytes = weights.parameters() * Float.BYTES + (long) config.mels() * config.frames() * Float.BYTES;
        if (bytes > settings.memoryLimit()) {
            throw new ModelRejectedException("the model takes " + MemoryPlan.mebibytes(bytes) + "; "
                    + MemoryPlan.mebibytes(settings.memoryLimit()) + " are allowed, raise -D"
                    + OnnxSettings.MEMORY_LIMIT);
        }
        CommandFacts facts = new CommandFacts(
                CommandConfig.ARCHITECTURE,
                weights.parameters(),
                config.windowSamples(),
                config.mels(),
                config.frames(),
                config.commands(),
                config.temperature(),
                config.threshold(),
                bytes);
        Arena memory = Arena.ofShared();
        try {
            CommandGraph graph = CommandGraph.of(config, weights, memory);
            DecoderSession session = DecoderSession.open(graph.model(), graph.weights(), settings.threads(threads));
            return probed(new OnnxCommandModel(facts, session, memory));
        } catch (ModelRejectedException | RuntimeException | Error e) {
            if (memory.scope().isAlive()) {
                memory.close();
            }
            throw e;
        }
    }

    private static OnnxCommandModel probed(OnnxCommandModel model) throws ModelRejectedException {
        try {
            for (float logit : model.run(new float[model.facts.mels() * model.facts.frames()])) {
                if (!Float.isFinite(logit)) {
                    throw new ModelRejectedException(
                            "the weights give the value " + logit + ": they are damaged or not those of config.json");
                }
            }
            return model;
        } catch (ModelRejectedException | RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    @Override
    public CommandFacts facts() {
        return facts;
    }

    @Override
    public synchronized float[] run(float[] values) {
        if (closed) {
            throw new IllegalStateException("the recogniser is closed");
        }
        if (values.length != input.capacity()) {
            throw new IllegalArgumentException("a window has " + input.capacity() + " values, not " + values.length);
        }
        input.put(0, values);
        Map<String, OnnxTensor> inputs = new HashMap<>();
        Map<String, OnnxTensor> outputs = new HashMap<>();
        try (StepTensors tensors = new StepTensors(inputs, outputs)) {
            long[] size = {1, facts.mels(), facts.frames()};
            inputs.put(CommandGraph.INPUT, OnnxTensor.createTensor(session.environment(), input, size));
            long[] classes = {1, output.capacity()};
            outputs.put(CommandGraph.OUTPUT, OnnxTensor.createTensor(session.environment(), output, classes));
            session.run(tensors);
        } catch (OrtException e) {
            throw new IllegalStateException("tensors of a window can't be made: " + e.getMessage(), e);
        }
        float[] logits = new float[output.capacity()];
        output.get(0, logits);
        return logits;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try (memory) {
                session.close();
            }
        }
    }
}
