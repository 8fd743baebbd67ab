// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.quantisation;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.quantisation.Quantiser.Part;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes quantised weights as a safetensors file, matrix by matrix: memory holds one matrix of the source at a time, and what is
 * written are pages of the file.
 */
final class QuantisedFile {

    private static final int ALIGNMENT = 64;
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Quantiser quantiser;
    private final List<LinearTensor> tensors;
    private final Map<String, Long> places = new HashMap<>();
    private final byte[] header;
    private final long size;

    QuantisedFile(Quantiser quantiser, List<LinearTensor> tensors) throws ModelRejectedException {
        this.quantiser = quantiser;
        this.tensors = tensors;
        List<Part> parts = new ArrayList<>(parts(quantiser, tensors));
        // Floats first: behind bytes of any number they would not be aligned.
        parts.sort(Comparator.comparingInt(part -> -part.dtype().bytes()));
        List<String> entries = new ArrayList<>();
        long at = 0;
        for (Part part : parts) {
            entries.add("\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                    .formatted(escaped(part.name()), part.dtype(), part.shape(), at, at + part.bytes()));
            places.put(part.name(), at);
            at += part.bytes();
        }
        String json = "{" + String.join(",", entries) + "}";
        int prefix = Long.BYTES;
        int length = json.getBytes(StandardCharsets.UTF_8).length;
        String padding = " ".repeat((ALIGNMENT - (prefix + length) % ALIGNMENT) % ALIGNMENT);
        header = (json + padding).getBytes(StandardCharsets.UTF_8);
        long data = prefix + header.length;
        places.replaceAll((name, offset) -> data + offset);
        size = data + at;
    }

    /** Tensors of the file. */
    static Set<Part> parts(Quantiser quantiser, List<LinearTensor> tensors) throws ModelRejectedException {
        Set<Part> parts = new LinkedHashSet<>();
        for (LinearTensor tensor : tensors) {
            parts.addAll(quantiser.parts(tensor));
        }
        return parts;
    }

    /**
     * Writes the file, which must not exist.
     *
     * @throws ModelRejectedException if a weight is no finite number
     */
    void write(Path file, Weights source) throws IOException, ModelRejectedException {
        long free = Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace();
        if (free < size) {
            // A mapped page that finds no space ends in a fault, not in an exception.
            throw new IOException("quantised weights need " + size + " bytes, " + free + " are free for " + file);
        }
        try (FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
            mapped.set(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0, header.length);
            MemorySegment.copy(header, 0, mapped, ValueLayout.JAVA_BYTE, Long.BYTES, header.length);
            for (LinearTensor tensor : tensors) {
                fill(tensor, source, new Mapped(mapped));
            }
            mapped.force();
        }
    }

    private void fill(LinearTensor tensor, Weights source, Mapped target) throws ModelRejectedException {
        try (Arena arena = Arena.ofConfined()) {
            FloatBuffer weights = source.floats(tensor.tensor(), arena);
            float[] channel = new float[tensor.inputs()];
            for (int row = 0; row < tensor.outputs(); row++) {
                weights.get((tensor.firstRow() + row) * channel.length, channel);
                for (float weight : channel) {
                    if (!Float.isFinite(weight)) {
                        throw new ModelRejectedException(
                                "tensor '" + tensor.name() + "' holds the weight " + weight + ": it is damaged");
                    }
                }
                quantiser.quantise(tensor, row, channel, target);
            }
        }
    }

    private static String escaped(String name) {
        StringBuilder escaped = new StringBuilder();
        for (char c : name.toCharArray()) {
            escaped.append(c < ' ' || c == '"' || c == '\\' ? "\\u%04x".formatted((int) c) : String.valueOf(c));
        }
        return escaped.toString();
    }

    private final class Mapped implements Quantiser.Target {

        private final MemorySegment file;

        Mapped(MemorySegment file) {
            this.file = file;
        }

        @Override
        public void bytes(String part, long at, byte[] values) {
            MemorySegment.copy(values, 0, file, ValueLayout.JAVA_BYTE, begin(part) + at, values.length);
        }

        @Override
        public void column(String part, long at, long stride, byte[] values) {
            long begin = begin(part) + at;
            for (int i = 0; i < values.length; i++) {
                file.set(ValueLayout.JAVA_BYTE, begin + i * stride, values[i]);
            }
        }

        @Override
        public void floats(String part, long at, float[] values) {
            MemorySegment.copy(values, 0, file, FLOAT, begin(part) + at * Float.BYTES, values.length);
        }

        private long begin(String part) {
            Long begin = places.get(part);
            if (begin == null) {
                throw new IllegalArgumentException(part);
            }
            return begin;
        }
    }
}
