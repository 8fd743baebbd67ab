// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx.device;

import dev.rivulet.modelpackage.graph.DecoderGraph;
import dev.rivulet.modelpackage.graph.DecoderGraph.Shape;
import dev.rivulet.modelpackage.graph.DecoderGraph.Side;
import dev.rivulet.modelpackage.graph.Half;
import dev.rivulet.modelpackage.graph.RowCopyGraph;
import java.lang.foreign.MemorySegment;

/**
 * Keys and values of all slots on a device, and one row more to swap over: per layer and side one block
 * {@code [slots + 1, kvHeads, contextLength, headSize]} of 16-bit floats. Java never reads or writes it.
 */
final class DeviceCache {

    private final Shape shape;
    private final Half half;
    private final DeviceMemory device;
    private final DeviceSession copying;
    private final MemorySegment[] blocks;
    private final int spare;
    private final long rowBytes;

    /** @param copying runs {@link RowCopyGraph} on the device */
    DeviceCache(DeviceSession copying, DeviceMemory device, Shape shape, Half half, int slots) throws OrtCallException {
        this.shape = shape;
        this.half = half;
        this.device = device;
        this.copying = copying;
        spare = slots;
        rowBytes = rowBytes(shape);
        blocks = new MemorySegment[2 * shape.layers()];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = device.allocate(copying, half.element(), Short.BYTES, size(slots + 1));
        }
    }

    /** Bytes of one row of one layer and side. */
    static long rowBytes(Shape shape) {
        return (long) shape.keyValueHeads() * shape.contextLength() * shape.headSize() * Short.BYTES;
    }

    /** Binds some rows as past and as present. */
    void bind(Binding binding, int firstSlot, int rows) throws OrtCallException {
        for (int i = 0; i < blocks.length; i++) {
            Side side = Side.values()[i % 2];
            MemorySegment values = device.view(rows(i, firstSlot, rows), half.element(), size(rows));
            binding.input(DecoderGraph.past(side, i / 2), values);
            binding.output(DecoderGraph.present(side, i / 2), values);
            device.library().release(OrtFunction.RELEASE_VALUE, values);
        }
    }

    /** Copies the first positions of a row, which are a stretch of each of its heads. */
    void copy(int from, int to, int length) throws OrtCallException {
        if (length == 0) {
            return;
        }
        long numbers = (long) length * shape.headSize();
        long headBytes = rowBytes / shape.keyValueHeads();
        try (Binding binding = Binding.of(copying)) {
            for (int i = 0; i < RowCopyGraph.count(shape); i++) {
                int block = i / shape.keyValueHeads();
                long head = i % shape.keyValueHeads() * headBytes;
                stretch(
                        binding::input,
                        RowCopyGraph.from(i),
                        rows(block, from, 1).asSlice(head, numbers * Short.BYTES));
                stretch(binding::output, RowCopyGraph.to(i), rows(block, to, 1).asSlice(head, numbers * Short.BYTES));
            }
            binding.run();
        }
    }

    /** Binds a value under a name. */
    private interface Bound {
        void bind(String name, MemorySegment value) throws OrtCallException;
    }

    private void stretch(Bound bound, String name, MemorySegment data) throws OrtCallException {
        MemorySegment value = device.view(data, half.element(), data.byteSize() / Short.BYTES);
        bound.bind(name, value);
        device.library().release(OrtFunction.RELEASE_VALUE, value);
    }

    void swap(int first, int firstLength, int second, int secondLength) throws OrtCallException {
        copy(first, spare, firstLength);
        copy(second, first, secondLength);
        copy(spare, second, firstLength);
    }

    private MemorySegment rows(int block, int first, int count) {
        return blocks[block].asSlice(first * rowBytes, count * rowBytes);
    }

    private long[] size(int rows) {
        return new long[] {rows, shape.keyValueHeads(), shape.contextLength(), shape.headSize()};
    }
}
