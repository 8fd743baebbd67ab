// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx.device;

import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.graph.DecoderGraph;
import dev.rivulet.modelpackage.graph.DecoderGraph.Shape;
import dev.rivulet.modelpackage.graph.HalfGraph;
import dev.rivulet.modelpackage.graph.RowCopyGraph;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decodes with a cache that stays on a device: tokens go there and logits come back, nothing else crosses. One step is one bound run
 * over the first rows of the cache, one prefill a run over one slot. Closing waits for a running step, whatever thread it comes from.
 */
public final class DeviceDecoderRunner implements DecoderRunner {

    private static final int FLOAT = 1;
    private static final int INT32 = 6;
    private static final int INT64 = 7;
    private static final long ALIGNMENT = 64;

    private final Arena memory;
    private final Shape shape;
    private final RunLimits limits;
    private final DeviceSession session;
    private final DeviceMemory host;
    private final DeviceCache cache;
    private final MemorySegment tokens;
    private final MemorySegment lastPosition;
    private final MemorySegment totalLength;
    private final MemorySegment logitRows;
    private final MemorySegment logits;
    private final @Nullable Binding[] steps;
    private final @Nullable Binding[] prefills;
    private boolean closed;

    private DeviceDecoderRunner(
            DeviceSession session,
            DeviceMemory host,
            DeviceCache cache,
            Shape shape,
            EngineOptions options,
            Arena memory) {
        this.session = session;
        this.host = host;
        this.cache = cache;
        this.memory = memory;
        this.shape = shape;
        int slots = options.slots();
        limits = new RunLimits(slots, shape.contextLength(), shape.vocabularySize(), options.prefillChunk());
        int rows = Math.max(slots, MOST_VERIFIED);
        tokens = memory.allocate((long) Math.max(rows, options.prefillChunk()) * Long.BYTES, ALIGNMENT);
        lastPosition = memory.allocate((long) slots * Integer.BYTES, ALIGNMENT);
        totalLength = memory.allocate(Integer.BYTES, ALIGNMENT);
        logitRows = memory.allocate((long) rows * Long.BYTES, ALIGNMENT);
        logits = memory.allocate((long) rows * shape.vocabularySize() * Float.BYTES, ALIGNMENT);
        steps = new Binding[slots + 1];
        prefills = new Binding[slots];
    }

    /**
     * Opens a decoder. To be called on a thread with a deep stack.
     *
     * @param memory holds the graph's weights; the runner takes it over and closes it
     * @throws ModelRejectedException if ONNX Runtime refuses the graph or the device, or the device has too little memory
     */
    public static DeviceDecoderRunner open(HalfGraph graph, Provider provider, EngineOptions options, Arena memory)
            throws ModelRejectedException {
        try {
            OrtLibrary library = OrtLibrary.load();
            DeviceSession session = DeviceSession.open(
                    library, provider, graph.model(), graph.weights(), graph.half(), options.threads(), memory);
            DeviceSession copying = DeviceSession.open(
                    library,
                    provider,
                    RowCopyGraph.of(graph.half(), graph.shape()),
                    Map.of(),
                    graph.half(),
                    options.threads(),
                    memory);
            DeviceMemory device = DeviceMemory.of(library, provider, memory);
            DeviceCache cache = new DeviceCache(copying, device, graph.shape(), graph.half(), options.slots());
            DeviceMemory host = DeviceMemory.host(library, memory);
            return new DeviceDecoderRunner(session, host, cache, graph.shape(), options, memory);
        } catch (OrtCallException e) {
            throw new ModelRejectedException(
                    "ONNX Runtime refuses the model on " + provider + ": " + e.getMessage(), e);
        }
    }

    @Override
    public int slots() {
        return limits.slots();
    }

    @Override
    public int contextLength() {
        return limits.contextLength();
    }

    @Override
    public int vocabularySize() {
        return limits.vocabularySize();
    }

    @Override
    public int prefillChunk() {
        return limits.prefillChunk();
    }

    @Override
    public synchronized FloatBuffer prefill(int slot, int position, int[] chunk) {
        requireOpen();
        limits.chunk(slot, position, chunk);
        logitRows.setAtIndex(ValueLayout.JAVA_LONG, 0, chunk.length - 1);
        return prompt(slot, position, chunk, 1);
    }

    @Override
    public synchronized FloatBuffer verify(int slot, int position, int[] chunk) {
        requireOpen();
        RunLimits.require(chunk.length <= MOST_VERIFIED, "a verification of", chunk.length, MOST_VERIFIED);
        limits.chunk(slot, position, chunk);
        for (int i = 0; i < chunk.length; i++) {
            logitRows.setAtIndex(ValueLayout.JAVA_LONG, i, i);
        }
        return prompt(slot, position, chunk, chunk.length);
    }

    private FloatBuffer prompt(int slot, int position, int[] chunk, int wanted) {
        for (int i = 0; i < chunk.length; i++) {
            tokens.setAtIndex(ValueLayout.JAVA_LONG, i, chunk[i]);
        }
        lastPosition.setAtIndex(ValueLayout.JAVA_INT, 0, position + chunk.length - 1);
        totalLength.setAtIndex(ValueLayout.JAVA_INT, 0, position + chunk.length);
        try {
            Binding binding = prefills[slot];
            if (binding == null) {
                binding = bound(slot, 1);
                prefills[slot] = binding;
            }
            return run(binding, 1, wanted, 1, chunk.length);
        } catch (OrtCallException e) {
            throw failed(e);
        }
    }

    @Override
    public synchronized FloatBuffer decode(int rows, int[] next, int[] positions) {
        requireOpen();
        limits.step(rows, next, positions);
        int most = 0;
        for (int row = 0; row < rows; row++) {
            tokens.setAtIndex(ValueLayout.JAVA_LONG, row, next[row]);
            lastPosition.setAtIndex(ValueLayout.JAVA_INT, row, positions[row]);
            logitRows.setAtIndex(ValueLayout.JAVA_LONG, row, row);
            most = Math.max(most, positions[row] + 1);
        }
        totalLength.setAtIndex(ValueLayout.JAVA_INT, 0, most);
        try {
            Binding binding = steps[rows];
            if (binding == null) {
                binding = bound(0, rows);
                steps[rows] = binding;
            }
            return run(binding, rows, rows, rows, 1);
        } catch (OrtCallException e) {
            throw failed(e);
        }
    }

    private Binding bound(int firstSlot, int rows) throws OrtCallException {
        Binding binding = Binding.of(session);
        cache.bind(binding, firstSlot, rows);
        return binding;
    }

    /** @param size of the tokens */
    private FloatBuffer run(Binding binding, int rows, int wanted, long... size) throws OrtCallException {
        input(binding, DecoderGraph.INPUT_IDS, tokens.asSlice(0, size[0] * size[1] * Long.BYTES), INT64, size);
        input(binding, DecoderGraph.LAST_POSITION, lastPosition.asSlice(0, (long) rows * Integer.BYTES), INT32, rows);
        input(binding, DecoderGraph.TOTAL_LENGTH, totalLength, INT32, 1);
        input(binding, DecoderGraph.LOGIT_ROWS, logitRows.asSlice(0, (long) wanted * Long.BYTES), INT64, wanted);
        MemorySegment scores = logits.asSlice(0, (long) wanted * shape.vocabularySize() * Float.BYTES);
        MemorySegment value = host.view(scores, FLOAT, wanted, shape.vocabularySize());
        binding.output(DecoderGraph.LOGITS, value);
        host.library().release(OrtFunction.RELEASE_VALUE, value);
        binding.run();
        return scores.asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .asReadOnlyBuffer();
    }

    private void input(Binding binding, String name, MemorySegment data, int element, long... size)
            throws OrtCallException {
        MemorySegment value = host.view(data, element, size);
        binding.input(name, value);
        host.library().release(OrtFunction.RELEASE_VALUE, value);
    }

    @Override
    public synchronized void copy(int from, int to, int length) {
        requireOpen();
        limits.slot(from);
        limits.slot(to);
        limits.length(length);
        try {
            if (from != to && length > 0) {
                cache.copy(from, to, length);
            }
        } catch (OrtCallException e) {
            throw failed(e);
        }
    }

    @Override
    public synchronized void swap(int first, int firstLength, int second, int secondLength) {
        requireOpen();
        limits.slot(first);
        limits.slot(second);
        limits.length(firstLength);
        limits.length(secondLength);
        try {
            if (first != second && firstLength + secondLength > 0) {
                cache.swap(first, firstLength, second, secondLength);
            }
        } catch (OrtCallException e) {
            throw failed(e);
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (memory) {
            closeAll(steps);
            closeAll(prefills);
        }
    }

    private static void closeAll(@Nullable Binding[] bindings) {
        for (Binding binding : bindings) {
            if (binding != null) {
                binding.close();
            }
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the decoder is closed");
        }
    }

    private static IllegalStateException failed(OrtCallException e) {
        return new IllegalStateException("a step of the model failed: " + e.getMessage(), e);
    }
}
