// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.rivulet.engine.EncoderRunner;
import dev.rivulet.engine.Encoding;
import dev.rivulet.modelpackage.graph.EncoderGraph;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs padded batches through buffers that hold the largest one. */
final class OnnxEncoderRunner implements EncoderRunner {

    private static final int ALIGNMENT = 64;

    private final DecoderSession session;
    private final EncoderGraph graph;
    private final int vocabularySize;
    private final int contextLength;
    private final int batchTokens;
    private final Arena memory;
    private final LongBuffer ids;
    private final LongBuffer types;
    private final IntBuffer lengths;
    private final FloatBuffer output;
    private boolean closed;

    /** Takes over session and memory: closing the runner closes both. */
    OnnxEncoderRunner(
            DecoderSession session,
            EncoderGraph graph,
            int vocabularySize,
            int contextLength,
            int batchTokens,
            Arena memory) {
        this.session = session;
        this.graph = graph;
        this.vocabularySize = vocabularySize;
        this.contextLength = contextLength;
        this.batchTokens = batchTokens;
        this.memory = memory;
        ids = buffer(batchTokens, Long.BYTES).asLongBuffer();
        types = buffer(graph.types() ? batchTokens : 1, Long.BYTES).asLongBuffer();
        lengths = buffer(batchTokens, Integer.BYTES).asIntBuffer();
        output = buffer((long) batchTokens * graph.width(), Float.BYTES).asFloatBuffer();
    }

    private ByteBuffer buffer(long count, int bytes) {
        return memory.allocate(count * bytes, ALIGNMENT).asByteBuffer().order(ByteOrder.nativeOrder());
    }

    @Override
    public int contextLength() {
        return contextLength;
    }

    @Override
    public int batchTokens() {
        return batchTokens;
    }

    @Override
    public synchronized List<float[]> run(List<Encoding> rows) {
        if (closed) {
            throw new IllegalStateException("the encoder is closed");
        }
        int longest = check(rows);
        for (int row = 0; row < rows.size(); row++) {
            fill(row, longest, rows.get(row));
        }
        run(rows.size(), longest);
        List<float[]> values = new ArrayList<>(rows.size());
        for (int row = 0; row < rows.size(); row++) {
            int first = graph.byToken() ? row * longest * graph.width() : row * graph.width();
            float[] of =
                    new float[graph.width() * (graph.byToken() ? rows.get(row).length() : 1)];
            output.get(first, of);
            values.add(of);
        }
        return values;
    }

    private int check(List<Encoding> rows) {
        int longest = 0;
        for (Encoding row : rows) {
            require(row.length() >= 1 && row.length() <= contextLength, "tokens of a row", row.length(), contextLength);
            for (int id : row.ids()) {
                require(id >= 0 && id < vocabularySize, "token", id, vocabularySize - 1);
            }
            longest = Math.max(longest, row.length());
        }
        long all = (long) rows.size() * longest;
        require(all >= 1 && all <= batchTokens, "tokens of a batch", all, batchTokens);
        return longest;
    }

    private void fill(int row, int longest, Encoding encoding) {
        int first = row * longest;
        lengths.put(row, encoding.length());
        for (int i = 0; i < longest; i++) {
            boolean within = i < encoding.length();
            ids.put(first + i, within ? encoding.ids()[i] : 0);
            if (graph.types()) {
                types.put(first + i, within ? encoding.types()[i] : 0);
            }
        }
    }

    private void run(int rows, int longest) {
        OrtEnvironment environment = session.environment();
        Map<String, OnnxTensor> inputs = new HashMap<>();
        Map<String, OnnxTensor> outputs = new HashMap<>();
        int all = rows * longest;
        long[] size = {rows, longest};
        long[] values = graph.byToken() ? new long[] {rows, longest, graph.width()} : new long[] {rows, graph.width()};
        try (StepTensors tensors = new StepTensors(inputs, outputs)) {
            inputs.put(EncoderGraph.INPUT_IDS, OnnxTensor.createTensor(environment, ids.slice(0, all), size));
            if (graph.types()) {
                inputs.put(EncoderGraph.TYPES, OnnxTensor.createTensor(environment, types.slice(0, all), size));
            }
            inputs.put(
                    EncoderGraph.LENGTHS,
                    OnnxTensor.createTensor(environment, lengths.slice(0, rows), new long[] {rows}));
            int count = (graph.byToken() ? all : rows) * graph.width();
            outputs.put(EncoderGraph.OUTPUT, OnnxTensor.createTensor(environment, output.slice(0, count), values));
            session.run(tensors);
        } catch (OrtException e) {
            throw new IllegalStateException("tensors of a batch can't be made: " + e.getMessage(), e);
        }
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

    private static void require(boolean inRange, String what, long value, long most) {
        if (!inRange) {
            throw new IllegalArgumentException(what + " " + value + " is out of range, 1 to " + most);
        }
    }
}
