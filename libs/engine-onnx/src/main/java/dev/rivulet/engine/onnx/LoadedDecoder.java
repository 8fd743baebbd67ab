// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.CacheKind;
import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.onnx.device.Device;
import dev.rivulet.engine.onnx.device.DeviceDecoderRunner;
import dev.rivulet.modelpackage.folder.DecoderConfig;
import dev.rivulet.modelpackage.graph.DecoderGraph;
import dev.rivulet.modelpackage.graph.DecoderGraph.Shape;
import dev.rivulet.modelpackage.graph.HalfGraph;
import dev.rivulet.modelpackage.quantisation.LinearTensor;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.FloatBuffer;
import java.util.List;

/** A decoder that has run once, and what it takes. */
record LoadedDecoder(DecoderRunner runner, MemoryPlan memory, long parameters) {

    private static final int LARGEST_CONTEXT = 131_072;

    /** As below, with a cache of floats. */
    static LoadedDecoder load(DecoderConfig config, Weights weights, EngineOptions options, OnnxSettings settings)
            throws IOException, ModelRejectedException {
        return load(config, weights, options.withCache(CacheKind.F32), settings, List.of());
    }

    /**
     * Checks sizes, builds the graph, opens the session and runs one token.
     *
     * @param texts tokens on which the ranges of an 8-bit cache are measured; at least one if there is to be such a cache
     * @throws IOException if a quantised form can't be read or written
     * @throws ModelRejectedException if weights and configuration disagree, memory does not suffice or logits are not finite
     */
    static LoadedDecoder load(
            DecoderConfig config, Weights weights, EngineOptions options, OnnxSettings settings, List<int[]> texts)
            throws IOException, ModelRejectedException {
        int most = Math.min(LARGEST_CONTEXT, config.contextLength());
        int context = options.contextLength() == 0 ? most : Math.min(most, options.contextLength());
        Shape shape = Shape.of(config, context);
        if (settings.device().isPresent()) {
            DeviceSupport.check(settings.device().get().provider(), options, shape);
        }
        if (options.cache() == CacheKind.INT8) {
            shape = shape.withScales(new CacheCalibration(config, weights, options, settings).scales(texts));
        }
        List<LinearTensor> matrices = options.adapterRank() == 0 ? List.of() : DecoderGraph.matrices(config, weights);
        MemoryPlan plan = plan(config, weights, options, shape, matrices);
        if (settings.device().isPresent()) {
            return onDevice(config, weights, options, shape, plan, settings);
        }
        plan.check(settings.memoryLimit(), options);
        return new LoadedDecoder(
                onProcessor(config, weights, options, settings, shape, matrices), plan, weights.parameters());
    }

    /** A decoder on the processor, of one that holds floats, whose cache can be read. */
    static OnnxDecoderRunner readable(
            DecoderConfig config, Weights weights, EngineOptions options, OnnxSettings settings)
            throws IOException, ModelRejectedException {
        EngineOptions floats = options.withCache(CacheKind.F32);
        Shape shape = Shape.of(config, options.contextLength());
        plan(config, weights, floats, shape, List.of()).check(settings.memoryLimit(), floats);
        return onProcessor(config, weights, floats, settings, shape, List.of());
    }

    private static MemoryPlan plan(
            DecoderConfig config, Weights weights, EngineOptions options, Shape shape, List<LinearTensor> matrices)
            throws ModelRejectedException {
        int ropes = config.design().ropes().size();
        return MemoryPlan.of(weights, options.weights(), shape, ropes, options.slots())
                .withScores(config.heads(), shape.contextLength(), options)
                .withAdapters(AdapterBank.bytes(matrices, options.adapterRank()));
    }

    @SuppressWarnings("MustBeClosedChecker") // The runner takes the memory over; every other way out closes it.
    private static OnnxDecoderRunner onProcessor(
            DecoderConfig config,
            Weights weights,
            EngineOptions options,
            OnnxSettings settings,
            Shape shape,
            List<LinearTensor> matrices)
            throws IOException, ModelRejectedException {
        Arena memory = Arena.ofShared();
        try {
            DecoderGraph graph = new WeightForms(config, weights, settings).graph(options, shape, memory);
            DecoderSession session = DecoderSession.open(graph, settings.threads(options.threads()));
            return open(session, shape, options, matrices, memory);
        } catch (IOException | ModelRejectedException | RuntimeException | Error e) {
            if (memory.scope().isAlive()) {
                memory.close();
            }
            throw e;
        }
    }

    /** Memory of the device is its own: what does not fit there is refused by it. */
    @SuppressWarnings("MustBeClosedChecker") // The runner takes the memory over; every other way out closes it.
    private static LoadedDecoder onDevice(
            DecoderConfig config,
            Weights weights,
            EngineOptions options,
            Shape shape,
            MemoryPlan plan,
            OnnxSettings settings)
            throws ModelRejectedException {
        Device device = settings.device().orElseThrow();
        plan.handingOver().check(settings.memoryLimit(), options);
        Arena memory = Arena.ofShared();
        try (Arena wide = Arena.ofShared()) {
            HalfGraph graph = HalfGraph.of(DecoderGraph.of(config, weights, shape, wide), device.half(), memory);
            DeviceDecoderRunner runner =
                    DeepStack.open(() -> DeviceDecoderRunner.open(graph, device.provider(), options, memory));
            return new LoadedDecoder(probed(runner), plan.halved(), weights.parameters());
        } catch (ModelRejectedException | RuntimeException | Error e) {
            if (memory.scope().isAlive()) {
                memory.close();
            }
            throw e;
        }
    }

    private static OnnxDecoderRunner open(
            DecoderSession session, Shape shape, EngineOptions options, List<LinearTensor> matrices, Arena memory)
            throws ModelRejectedException {
        return probed(over(session, shape, options, matrices, memory));
    }

    private static <R extends DecoderRunner> R probed(R runner) throws ModelRejectedException {
        try {
            probe(runner);
            return runner;
        } catch (ModelRejectedException | RuntimeException | Error e) {
            runner.close();
            throw e;
        }
    }

    private static OnnxDecoderRunner over(
            DecoderSession session, Shape shape, EngineOptions options, List<LinearTensor> matrices, Arena memory) {
        try {
            return new OnnxDecoderRunner(session, shape, options, matrices, memory);
        } catch (RuntimeException | Error e) {
            session.close();
            throw e;
        }
    }

    private static void probe(DecoderRunner runner) throws ModelRejectedException {
        FloatBuffer logits = step(runner);
        for (int token = 0; token < logits.remaining(); token++) {
            if (!Float.isFinite(logits.get(token))) {
                throw new ModelRejectedException("the weights give the logit " + logits.get(token) + " for token "
                        + token + ": they are damaged or not those of this configuration");
            }
        }
    }

    private static FloatBuffer step(DecoderRunner runner) throws ModelRejectedException {
        try {
            return runner.prefill(0, 0, new int[] {0});
        } catch (IllegalStateException e) {
            throw new ModelRejectedException("ONNX Runtime can't run the model: " + e.getMessage(), e);
        }
    }
}
