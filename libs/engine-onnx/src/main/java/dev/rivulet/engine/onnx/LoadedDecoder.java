// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.CacheKind;
import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.DecoderConfig;
import dev.rivulet.modelpackage.graph.DecoderGraph;
import dev.rivulet.modelpackage.graph.DecoderGraph.Shape;
import dev.rivulet.modelpackage.quantisation.LinearTensor;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.FloatBuffer;
import java.util.List;

/** A decoder that has run once, and what it takes. */
record LoadedDecoder(OnnxDecoderRunner runner, MemoryPlan memory, long parameters) {

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
    @SuppressWarnings("MustBeClosedChecker") // The runner takes the memory over; every other way out closes it.
    static LoadedDecoder load(
            DecoderConfig config, Weights weights, EngineOptions options, OnnxSettings settings, List<int[]> texts)
            throws IOException, ModelRejectedException {
        int most = Math.min(LARGEST_CONTEXT, config.contextLength());
        int context = options.contextLength() == 0 ? most : Math.min(most, options.contextLength());
        Shape shape = Shape.of(config, context);
        if (options.cache() == CacheKind.INT8) {
            shape = shape.withScales(new CacheCalibration(config, weights, options, settings).scales(texts));
        }
        List<LinearTensor> matrices = options.adapterRank() == 0 ? List.of() : DecoderGraph.matrices(config, weights);
        MemoryPlan plan = MemoryPlan.of(
                        weights,
                        options.weights(),
                        shape,
                        config.design().ropes().size(),
                        options.slots())
                .withScores(config.heads(), context, options)
                .withAdapters(AdapterBank.bytes(matrices, options.adapterRank()));
        plan.check(settings.memoryLimit(), options);
        int threads = options.threads();
        boolean spinning = settings.spinning().on(threads, Runtime.getRuntime().availableProcessors());
        Arena memory = Arena.ofShared();
        try {
            DecoderGraph graph = new WeightForms(config, weights, settings).graph(options, shape, memory);
            DecoderSession session = DecoderSession.open(graph, threads, spinning);
            return new LoadedDecoder(open(session, shape, options, matrices, memory), plan, weights.parameters());
        } catch (IOException | ModelRejectedException | RuntimeException | Error e) {
            if (memory.scope().isAlive()) {
                memory.close();
            }
            throw e;
        }
    }

    private static OnnxDecoderRunner open(
            DecoderSession session, Shape shape, EngineOptions options, List<LinearTensor> matrices, Arena memory)
            throws ModelRejectedException {
        OnnxDecoderRunner runner = over(session, shape, options, matrices, memory);
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
