// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.DecoderConfig;
import dev.rivulet.modelpackage.graph.DecoderGraph;
import dev.rivulet.modelpackage.graph.DecoderGraph.Shape;
import dev.rivulet.modelpackage.quantisation.BlockInt4Form.Calibration;
import dev.rivulet.modelpackage.quantisation.Gptq;
import dev.rivulet.modelpackage.quantisation.LinearTensor;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Inputs of layers, seen while the original model reads calibration texts. As many layers at once as memory is granted for; the
 * model reads the texts again for the next ones.
 */
final class Grams implements Calibration {

    private final DecoderConfig config;
    private final Weights weights;
    private final List<LinearTensor> matrices;
    private final List<int[]> texts;
    private final int threads;
    private final long budget;
    private final Map<String, float[]> known = new HashMap<>();

    /**
     * @param texts each one token to the context's length
     * @param budget bytes for the sums of one reading; those of one layer are held in any case
     */
    Grams(
            DecoderConfig config,
            Weights weights,
            List<LinearTensor> matrices,
            List<int[]> texts,
            int threads,
            long budget) {
        this.config = config;
        this.weights = weights;
        this.matrices = matrices;
        this.texts = texts;
        this.threads = threads;
        this.budget = budget;
    }

    @Override
    public float[] gram(String input, int inputs) throws ModelRejectedException {
        if (!known.containsKey(input)) {
            known.clear();
            read(from(input));
        }
        float[] gram = known.get(input);
        if (gram == null) {
            throw new IllegalArgumentException(input + " is no input of a layer");
        }
        return gram;
    }

    /** Sizes of the wanted inputs: this one and those that come after it, as far as the budget goes. */
    private Map<String, Integer> from(String input) {
        Map<String, Integer> wanted = new LinkedHashMap<>();
        long bytes = 0;
        for (LinearTensor matrix : matrices) {
            boolean begun = !wanted.isEmpty() || matrix.input().equals(input);
            boolean usable = !matrix.table() && matrix.inputs() <= Gptq.MOST_INPUTS;
            if (begun && usable && !wanted.containsKey(matrix.input())) {
                bytes += (long) matrix.inputs() * matrix.inputs() * Float.BYTES;
                if (bytes > budget && !wanted.isEmpty()) {
                    break;
                }
                wanted.put(matrix.input(), matrix.inputs());
            }
        }
        return wanted;
    }

    private void read(Map<String, Integer> wanted) throws ModelRejectedException {
        int longest = texts.stream().mapToInt(text -> text.length).max().orElse(1);
        Shape shape = Shape.of(config, longest);
        try (Arena memory = Arena.ofShared()) {
            DecoderGraph graph = DecoderGraph.calibrating(config, weights, shape, memory, wanted.keySet());
            try (DecoderSession session =
                            DecoderSession.open(graph, new StepThreads(threads, StepThreads.WITH_NO_CORE_LEFT));
                    StepTensors tensors = new KvCache(shape, 1, memory).bind(session.environment(), 0, 1)) {
                Map<String, FloatBuffer> sums = bind(session, tensors, wanted, shape, memory);
                for (int[] text : texts) {
                    run(session, tensors, text);
                    sums.forEach((input, sum) -> add(input, sum));
                }
            }
        } catch (OrtException e) {
            throw new IllegalStateException("a calibration text can't be read: " + e.getMessage(), e);
        }
    }

    private Map<String, FloatBuffer> bind(
            DecoderSession session, StepTensors tensors, Map<String, Integer> wanted, Shape shape, Arena memory)
            throws OrtException {
        Map<String, FloatBuffer> sums = new HashMap<>();
        for (var input : wanted.entrySet()) {
            int size = input.getValue();
            FloatBuffer sum = floats(memory, size * size);
            sums.put(input.getKey(), sum);
            known.put(input.getKey(), new float[size * size]);
            tensors.outputs()
                    .put(
                            DecoderGraph.gram(input.getKey()),
                            OnnxTensor.createTensor(session.environment(), sum, new long[] {1, size, size}));
        }
        FloatBuffer logits = floats(memory, shape.vocabularySize());
        long[] size = {1, shape.vocabularySize()};
        tensors.outputs().put(DecoderGraph.LOGITS, OnnxTensor.createTensor(session.environment(), logits, size));
        return sums;
    }

    private static void run(DecoderSession session, StepTensors tensors, int[] text) throws OrtException {
        var environment = session.environment();
        long[] ids = java.util.Arrays.stream(text).asLongStream().toArray();
        int[] last = {text.length - 1};
        try (OnnxTensor tokens =
                        OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), new long[] {1, ids.length});
                OnnxTensor position = OnnxTensor.createTensor(environment, IntBuffer.wrap(last), new long[] {1});
                OnnxTensor total =
                        OnnxTensor.createTensor(environment, IntBuffer.wrap(new int[] {ids.length}), new long[] {1});
                OnnxTensor row = OnnxTensor.createTensor(
                        environment, LongBuffer.wrap(new long[] {ids.length - 1}), new long[] {1})) {
            Map<String, OnnxTensor> inputs = new HashMap<>(tensors.inputs());
            inputs.put(DecoderGraph.INPUT_IDS, tokens);
            inputs.put(DecoderGraph.LAST_POSITION, position);
            inputs.put(DecoderGraph.TOTAL_LENGTH, total);
            inputs.put(DecoderGraph.LOGIT_ROWS, row);
            session.run(new StepTensors(inputs, tensors.outputs()));
        }
    }

    private void add(String input, FloatBuffer sum) {
        float[] total = known.getOrDefault(input, new float[0]);
        for (int i = 0; i < total.length; i++) {
            total[i] += sum.get(i);
        }
    }

    private static FloatBuffer floats(Arena memory, int count) {
        return memory.allocate(ValueLayout.JAVA_FLOAT, count)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
