// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.AdapterFolder;
import dev.rivulet.modelpackage.folder.AdapterFolder.Part;
import dev.rivulet.modelpackage.graph.DecoderGraph;
import dev.rivulet.modelpackage.quantisation.LinearTensor;
import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The stacked factors of a decoder's adapters in native memory, and what a step reads of them: as many ranks as are in use, one of
 * zeros if the step has no adapted row. Not thread-safe: the runner guards it.
 */
final class AdapterBank implements AutoCloseable {

    private static final int ALIGNMENT = 64;

    private final OrtEnvironment environment;
    private final List<LinearTensor> matrices;
    private final int capacity;
    private final FloatBuffer mask;
    private final Map<String, FloatBuffer> factors = new LinkedHashMap<>();
    private final Map<String, Integer> widths = new LinkedHashMap<>();
    private final Map<Integer, Ranks> loaded = new TreeMap<>();
    private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    private final int[] ofSlot;
    private int bound;
    private int numbers;

    /** Where an adapter's ranks lie. */
    private record Ranks(int first, int count) {

        int end() {
            return first + count;
        }
    }

    /** @param matrices of the decoder's graph */
    AdapterBank(OrtEnvironment environment, List<LinearTensor> matrices, int capacity, int slots, Arena memory) {
        this.environment = environment;
        this.matrices = matrices.stream().filter(DecoderGraph::adaptable).toList();
        this.capacity = capacity;
        this.ofSlot = new int[slots];
        this.mask = floats(memory, (long) slots * capacity);
        for (LinearTensor matrix : this.matrices) {
            room(memory, DecoderGraph.down(matrix), matrix.inputs());
            room(memory, DecoderGraph.up(matrix), matrix.outputs());
        }
    }

    private void room(Arena memory, String name, int width) {
        if (widths.put(name, width) == null) {
            factors.put(name, floats(memory, (long) capacity * width));
        }
    }

    private static FloatBuffer floats(Arena memory, long count) {
        return memory.allocate(count * Float.BYTES, ALIGNMENT)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /** Bytes that the factors of so many ranks take. */
    static long bytes(List<LinearTensor> matrices, int ranks) {
        Map<String, Integer> widths = new LinkedHashMap<>();
        matrices.stream().filter(DecoderGraph::adaptable).forEach(matrix -> {
            widths.put(DecoderGraph.down(matrix), matrix.inputs());
            widths.put(DecoderGraph.up(matrix), matrix.outputs());
        });
        return widths.values().stream()
                .mapToLong(width -> (long) width * ranks * Float.BYTES)
                .sum();
    }

    int load(AdapterFolder adapter) throws ModelRejectedException {
        check(adapter);
        Ranks ranks = free(adapter.rank());
        Map<String, FloatBuffer> values = values(adapter);
        for (LinearTensor matrix : matrices) {
            Part part = adapter.parts().get(matrix.tensor());
            for (int rank = 0; rank < ranks.count(); rank++) {
                fillDown(matrix, part, values, ranks.first() + rank, rank);
                fillUp(matrix, part, values, ranks, rank, (float) adapter.scale());
            }
        }
        loaded.put(++numbers, ranks);
        return numbers;
    }

    private void check(AdapterFolder adapter) throws ModelRejectedException {
        Set<String> known = new HashSet<>();
        Map<String, Integer> outputs = new LinkedHashMap<>();
        for (LinearTensor matrix : matrices) {
            known.add(matrix.tensor());
            outputs.merge(matrix.tensor(), matrix.outputs(), Integer::sum);
        }
        for (Map.Entry<String, Part> entry : adapter.parts().entrySet()) {
            String tensor = entry.getKey();
            Part part = entry.getValue();
            int inputs = matrices.stream()
                    .filter(matrix -> matrix.tensor().equals(tensor))
                    .mapToInt(LinearTensor::inputs)
                    .findFirst()
                    .orElse(0);
            if (inputs != part.inputs() || outputs.getOrDefault(tensor, 0) != part.outputs()) {
                throw new ModelRejectedException("the adapter changes '"
                        + tensor.substring(0, Math.min(100, tensor.length())).replaceAll("\\p{C}", "?") + "' as ["
                        + part.outputs() + ", " + part.inputs() + "]; "
                        + (known.contains(tensor)
                                ? "the model has [" + outputs.get(tensor) + ", " + inputs + "]"
                                : "the model has no such matrix in its blocks"));
            }
        }
    }

    private Ranks free(int count) throws ModelRejectedException {
        int first = 0;
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Ranks other : loaded.values()) {
                if (first < other.end() && other.first() < first + count) {
                    first = other.end();
                    moved = true;
                }
            }
        }
        if (first + count > capacity) {
            int used = loaded.values().stream().mapToInt(Ranks::count).sum();
            throw new ModelRejectedException("the adapter has rank " + count + "; " + used + " of " + capacity
                    + " ranks are taken: unload an adapter, or grant more");
        }
        return new Ranks(first, count);
    }

    private static Map<String, FloatBuffer> values(AdapterFolder adapter) throws ModelRejectedException {
        Map<String, FloatBuffer> values = new LinkedHashMap<>();
        for (Part part : adapter.parts().values()) {
            for (String name : List.of(part.down(), part.up())) {
                FloatBuffer floats = adapter.weights().floats(name);
                for (int i = 0; i < floats.remaining(); i++) {
                    if (!Float.isFinite(floats.get(i))) {
                        throw new ModelRejectedException("the adapter's '" + name + "' holds " + floats.get(i));
                    }
                }
                values.put(name, floats);
            }
        }
        return values;
    }

    private void fillDown(
            LinearTensor matrix, @Nullable Part part, Map<String, FloatBuffer> values, int row, int rank) {
        FloatBuffer down = Objects.requireNonNull(factors.get(DecoderGraph.down(matrix)));
        for (int i = 0; i < matrix.inputs(); i++) {
            float value = part == null ? 0 : of(values, part.down()).get(rank * matrix.inputs() + i);
            down.put(row * matrix.inputs() + i, value);
        }
    }

    private void fillUp(
            LinearTensor matrix,
            @Nullable Part part,
            Map<String, FloatBuffer> values,
            Ranks ranks,
            int rank,
            float scale) {
        FloatBuffer up = Objects.requireNonNull(factors.get(DecoderGraph.up(matrix)));
        int row = ranks.first() + rank;
        for (int i = 0; i < matrix.outputs(); i++) {
            int place = (matrix.firstRow() + i) * ranks.count() + rank;
            up.put(
                    row * matrix.outputs() + i,
                    part == null ? 0 : scale * of(values, part.up()).get(place));
        }
    }

    private static FloatBuffer of(Map<String, FloatBuffer> values, String name) {
        return Objects.requireNonNull(values.get(name));
    }

    void unload(int adapter) {
        loaded.remove(adapter);
        for (int slot = 0; slot < ofSlot.length; slot++) {
            ofSlot[slot] = ofSlot[slot] == adapter ? 0 : ofSlot[slot];
        }
    }

    void use(int slot, int adapter) {
        if (adapter != 0 && !loaded.containsKey(adapter)) {
            throw new IllegalArgumentException("there is no adapter " + adapter);
        }
        ofSlot[slot] = adapter;
    }

    /** Adds what a step over some slots reads to its inputs; the mask among them is to be closed after the step. */
    OnnxTensor bind(int firstSlot, int rows, Map<String, OnnxTensor> inputs) throws OrtException {
        int ranks = 1;
        for (int row = 0; row < rows; row++) {
            if (ofSlot[firstSlot + row] != 0) {
                ranks = loaded.values().stream().mapToInt(Ranks::end).max().orElse(1);
            }
        }
        rebind(ranks);
        for (int row = 0; row < rows; row++) {
            Ranks own = loaded.get(ofSlot[firstSlot + row]);
            for (int rank = 0; rank < ranks; rank++) {
                boolean kept = own != null && rank >= own.first() && rank < own.end();
                mask.put(row * ranks + rank, kept ? 1 : 0);
            }
        }
        inputs.putAll(tensors);
        OnnxTensor masked =
                OnnxTensor.createTensor(environment, mask.slice(0, rows * ranks), new long[] {rows, 1, ranks});
        inputs.put(DecoderGraph.ADAPTER_MASK, masked);
        return masked;
    }

    private void rebind(int ranks) throws OrtException {
        if (ranks == bound) {
            return;
        }
        close();
        for (Map.Entry<String, FloatBuffer> factor : factors.entrySet()) {
            int width = Objects.requireNonNull(widths.get(factor.getKey()));
            FloatBuffer used = factor.getValue().slice(0, ranks * width);
            tensors.put(factor.getKey(), OnnxTensor.createTensor(environment, used, new long[] {ranks, width}));
        }
        bound = ranks;
    }

    /** How many adapters are loaded. */
    int size() {
        return loaded.size();
    }

    @Override
    public void close() {
        new ArrayList<>(tensors.values()).forEach(OnnxTensor::close);
        tensors.clear();
        bound = 0;
    }
}
