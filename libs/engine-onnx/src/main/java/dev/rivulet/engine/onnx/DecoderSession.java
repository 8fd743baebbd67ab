// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.graph.DecoderGraph;
import dev.rivulet.modelpackage.graph.DecoderGraph.Weight;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A graph in ONNX Runtime with the weights that it reads. */
final class DecoderSession implements AutoCloseable {

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Map<String, OnnxTensorLike> weights;

    private DecoderSession(OrtEnvironment environment, OrtSession session, Map<String, OnnxTensorLike> weights) {
        this.environment = environment;
        this.session = session;
        this.weights = weights;
    }

    /**
     * @throws ModelRejectedException if ONNX Runtime refuses the graph
     */
    static DecoderSession open(DecoderGraph graph, StepThreads threads) throws ModelRejectedException {
        return open(graph.model(), graph.weights(), threads);
    }

    /** The same for a graph of any kind whose runs have pinned outputs. */
    static DecoderSession open(ByteBuffer model, Map<String, Weight> values, StepThreads threads)
            throws ModelRejectedException {
        return DeepStack.open(() -> openHere(model, values, threads));
    }

    private static DecoderSession openHere(ByteBuffer model, Map<String, Weight> values, StepThreads threads)
            throws ModelRejectedException {
        RuntimeSwitches.set();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensorLike> weights = new LinkedHashMap<>();
        try (SessionOptions options = options(threads)) {
            for (var weight : values.entrySet()) {
                long[] size = weight.getValue().dimensions().stream()
                        .mapToLong(Long::longValue)
                        .toArray();
                weights.put(weight.getKey(), tensor(environment, weight.getValue(), size));
            }
            options.addExternalInitializers(weights);
            return new DecoderSession(environment, environment.createSession(model, options), weights);
        } catch (OrtException e) {
            weights.values().forEach(OnnxTensorLike::close);
            throw new ModelRejectedException("ONNX Runtime refuses the model: " + e.getMessage(), e);
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, Weight weight, long[] size) throws OrtException {
        return switch (weight.values()) {
            case FloatBuffer floats -> OnnxTensor.createTensor(environment, floats, size);
            case ByteBuffer bytes ->
                OnnxTensor.createTensor(
                        environment, bytes, size, weight.signed() ? OnnxJavaType.INT8 : OnnxJavaType.UINT8);
            default -> throw new IllegalStateException("weights are floats or bytes, was " + weight.values());
        };
    }

    static SessionOptions options(StepThreads threads) throws OrtException {
        SessionOptions options = new SessionOptions();
        threads.grant(options);
        options.setInterOpNumThreads(1);
        options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
        options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
        options.setMemoryPatternOptimization(false);
        return options;
    }

    OrtEnvironment environment() {
        return environment;
    }

    /** Runs a step whose outputs are all pinned. */
    void run(StepTensors tensors) {
        try {
            session.run(tensors.inputs(), Set.of(), tensors.outputs()).close();
        } catch (OrtException e) {
            throw new IllegalStateException("a step of the model failed: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the session can't be closed: " + e.getMessage(), e);
        } finally {
            weights.values().forEach(OnnxTensorLike::close);
        }
    }
}
