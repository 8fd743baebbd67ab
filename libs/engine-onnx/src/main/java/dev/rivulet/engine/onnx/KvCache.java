// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.rivulet.modelpackage.graph.DecoderGraph;
import dev.rivulet.modelpackage.graph.DecoderGraph.Shape;
import dev.rivulet.modelpackage.graph.DecoderGraph.Side;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keys and values of all slots: per layer and side one block of native memory {@code [slots, kvHeads, contextLength, headSize]}
 * that the graph reads and writes in place. All blocks lie in one stretch of {@link HugePages}.
 */
final class KvCache {

    private static final int ALIGNMENT = 64;

    private final Shape shape;
    private final MemorySegment[] blocks;
    private final MemorySegment spare;
    private final long positionBytes;
    private final long headBytes;
    private final long slotBytes;

    KvCache(Shape shape, int slots, Arena memory) {
        this.shape = shape;
        positionBytes = (long) shape.headSize() * shape.cacheBytes();
        headBytes = positionBytes * shape.contextLength();
        slotBytes = headBytes * shape.keyValueHeads();
        blocks = new MemorySegment[2 * shape.layers()];
        long blockBytes = (slotBytes * slots + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        MemorySegment all = HugePages.allocate(blockBytes * blocks.length, memory);
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = all.asSlice(i * blockBytes, slotBytes * slots);
        }
        spare = memory.allocate(headBytes, ALIGNMENT);
    }

    /** A batch over the rows {@code firstSlot .. firstSlot+rows-1}: the same tensors as past and as present. */
    StepTensors bind(OrtEnvironment environment, int firstSlot, int rows) throws OrtException {
        Map<String, OnnxTensor> past = new LinkedHashMap<>();
        Map<String, OnnxTensor> present = new LinkedHashMap<>();
        long[] size = {rows, shape.keyValueHeads(), shape.contextLength(), shape.headSize()};
        for (int i = 0; i < blocks.length; i++) {
            Side side = Side.values()[i % 2];
            OnnxTensor tensor = tensor(environment, blocks[i].asSlice(firstSlot * slotBytes, rows * slotBytes), size);
            past.put(DecoderGraph.past(side, i / 2), tensor);
            present.put(DecoderGraph.present(side, i / 2), tensor);
        }
        return new StepTensors(past, present);
    }

    private OnnxTensor tensor(OrtEnvironment environment, MemorySegment block, long[] size) throws OrtException {
        ByteBuffer bytes = block.asByteBuffer().order(ByteOrder.nativeOrder());
        return shape.scales().isPresent()
                ? OnnxTensor.createTensor(environment, bytes, size, OnnxJavaType.INT8)
                : OnnxTensor.createTensor(environment, bytes.asFloatBuffer(), size);
    }

    /**
     * The largest absolute key or value in the first positions of a slot, of a cache of floats.
     *
     * @return 0 if all are
     */
    float largest(Side side, int layer, int slot, int length) {
        MemorySegment block = blocks[2 * layer + side.ordinal()];
        float largest = 0;
        for (int head = 0; head < shape.keyValueHeads(); head++) {
            long from = at(slot, head);
            for (long offset = 0; offset < length * positionBytes; offset += Float.BYTES) {
                float value = Math.abs(block.get(ValueLayout.JAVA_FLOAT, from + offset));
                largest = Math.max(largest, value);
            }
        }
        return largest;
    }

    void copy(int from, int to, int length) {
        for (MemorySegment block : blocks) {
            for (int head = 0; head < shape.keyValueHeads(); head++) {
                long bytes = length * positionBytes;
                MemorySegment.copy(block, at(from, head), block, at(to, head), bytes);
            }
        }
    }

    void swap(int first, int firstLength, int second, int secondLength) {
        long firstBytes = firstLength * positionBytes;
        long secondBytes = secondLength * positionBytes;
        for (MemorySegment block : blocks) {
            for (int head = 0; head < shape.keyValueHeads(); head++) {
                MemorySegment.copy(block, at(first, head), spare, 0, firstBytes);
                MemorySegment.copy(block, at(second, head), block, at(first, head), secondBytes);
                MemorySegment.copy(spare, 0, block, at(second, head), firstBytes);
            }
        }
    }

    private long at(int slot, int head) {
        return slot * slotBytes + head * headBytes;
    }
}
