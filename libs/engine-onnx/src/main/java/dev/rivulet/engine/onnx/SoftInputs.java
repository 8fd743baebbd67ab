// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.SoftTokens;
import dev.rivulet.modelpackage.graph.DecoderGraph;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/** The rows of pictures of one step, and which token each stands in for. Owned by the runner, under its lock. */
final class SoftInputs implements AutoCloseable {

    private static final int ALIGNMENT = 64;

    private final OrtEnvironment environment;
    private final int width;
    private final FloatBuffer rows;
    private final LongBuffer numbers;
    private final OnnxTensor all;
    private long[] size = {1, 1};
    private int count = 1;

    SoftInputs(OrtEnvironment environment, int width, EngineOptions options, Arena memory) {
        this.environment = environment;
        this.width = width;
        long most = Math.max(options.slots(), options.prefillChunk());
        rows = segment(memory, most * width * Float.BYTES)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        numbers = segment(memory, most * Long.BYTES)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
        try {
            all = OnnxTensor.createTensor(environment, rows, new long[] {most, width});
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private static MemorySegment segment(Arena memory, long bytes) {
        return memory.allocate(bytes, ALIGNMENT);
    }

    /** The next step is a chunk of a prompt. */
    void place(int position, int length, SoftTokens soft) {
        if (!soft.isEmpty() && soft.width() != width) {
            throw new IllegalArgumentException(
                    "a row of a picture has " + soft.width() + " values, the model's have " + width);
        }
        int used = 0;
        for (int i = 0; i < length; i++) {
            int row = soft.isEmpty() ? -1 : soft.row(position + i);
            if (row >= 0) {
                rows.put(used * width, soft.rows(), row * width, width);
            }
            numbers.put(i, row < 0 ? -1 : used++);
        }
        size = new long[] {1, length};
        count = length;
    }

    /** The next step is of tokens alone, one for each of so many rows. */
    void none(int decoded) {
        for (int i = 0; i < decoded; i++) {
            numbers.put(i, -1);
        }
        size = new long[] {decoded, 1};
        count = decoded;
    }

    /** The tensors of a step with these; not to be closed. */
    StepTensors beside(StepTensors bound) {
        StepTensors tensors = bound.copy();
        tensors.inputs().put(DecoderGraph.SOFT, all);
        tensors.inputs().put(DecoderGraph.SOFT_ROWS, numbersTensor());
        return tensors;
    }

    private OnnxTensor numbersTensor() {
        try {
            if (current != null) {
                current.close();
            }
            current = OnnxTensor.createTensor(environment, numbers.slice(0, count), size);
            return current;
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private @org.jspecify.annotations.Nullable OnnxTensor current;

    private static IllegalStateException failed(OrtException e) {
        return new IllegalStateException("tensors of pictures can't be made: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        all.close();
        if (current != null) {
            current.close();
        }
    }
}
