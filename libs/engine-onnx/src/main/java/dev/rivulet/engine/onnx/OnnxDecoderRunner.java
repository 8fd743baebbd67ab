// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.rivulet.engine.Adapters;
import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.SoftTokens;
import dev.rivulet.engine.onnx.device.RunLimits;
import dev.rivulet.modelpackage.folder.AdapterFolder;
import dev.rivulet.modelpackage.graph.DecoderGraph;
import dev.rivulet.modelpackage.graph.DecoderGraph.Shape;
import dev.rivulet.modelpackage.graph.DecoderGraph.Side;
import dev.rivulet.modelpackage.quantisation.LinearTensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes in place. One step is one run over the first rows of the cache, one prefill a run over the slice of one slot; tensors
 * are made once per number of rows and once per slot. Closing waits for a running step, whatever thread it comes from.
 */
final class OnnxDecoderRunner implements DecoderRunner, Adapters {

    private static final int ALIGNMENT = 64;

    private final DecoderSession session;
    private final Arena memory;
    private final Shape shape;
    private final EngineOptions options;
    private final RunLimits limits;
    private final KvCache cache;
    private final LongBuffer tokens;
    private final IntBuffer lastPosition;
    private final IntBuffer totalLength;
    private final LongBuffer firstRows;
    private final LongBuffer lastToken;
    private final FloatBuffer logits;
    private final @Nullable StepTensors[] steps;
    private final @Nullable StepTensors[] prefills;
    private final @Nullable AdapterBank adapters;
    private final @Nullable SoftInputs soft;
    private boolean closed;

    /**
     * Takes over session and memory: closing the runner closes both.
     *
     * @param options slots, chunk and room for adapters
     * @param matrices that adapters may change
     * @param memory holds the cache and what the graph's weights need; shared between threads
     */
    OnnxDecoderRunner(
            DecoderSession session, Shape shape, EngineOptions options, List<LinearTensor> matrices, Arena memory) {
        this.session = session;
        this.adapters = options.adapterRank() == 0
                ? null
                : new AdapterBank(session.environment(), matrices, options.adapterRank(), options.slots(), memory);
        this.memory = memory;
        this.shape = shape;
        this.options = options;
        int slots = options.slots();
        limits = new RunLimits(slots, shape.contextLength(), shape.vocabularySize(), options.prefillChunk());
        cache = new KvCache(shape, slots, memory);
        tokens = buffer(Math.max(slots, options.prefillChunk()), Long.BYTES).asLongBuffer();
        lastPosition = buffer(slots, Integer.BYTES).asIntBuffer();
        totalLength = buffer(1, Integer.BYTES).asIntBuffer();
        int rows = Math.max(slots, MOST_VERIFIED);
        firstRows = buffer(rows, Long.BYTES).asLongBuffer();
        lastToken = buffer(1, Long.BYTES).asLongBuffer();
        logits = buffer((long) rows * shape.vocabularySize(), Float.BYTES).asFloatBuffer();
        for (int row = 0; row < rows; row++) {
            firstRows.put(row, row);
        }
        soft = shape.softWidth() == 0
                ? null
                : new SoftInputs(session.environment(), shape.softWidth(), options, memory);
        steps = new StepTensors[slots + 1];
        prefills = new StepTensors[slots];
    }

    /** The largest absolute key or value in the first positions of slot 0, of a cache of floats. */
    synchronized float largest(Side side, int layer, int length) {
        requireOpen();
        return cache.largest(side, layer, 0, length);
    }

    @Override
    public int slots() {
        return options.slots();
    }

    @Override
    public int contextLength() {
        return shape.contextLength();
    }

    @Override
    public int vocabularySize() {
        return shape.vocabularySize();
    }

    @Override
    public int prefillChunk() {
        return options.prefillChunk();
    }

    @Override
    public FloatBuffer prefill(int slot, int position, int[] chunk) {
        return prefill(slot, position, chunk, SoftTokens.NONE);
    }

    @Override
    public synchronized FloatBuffer prefill(int slot, int position, int[] chunk, SoftTokens pictures) {
        place(slot, position, chunk);
        if (soft != null) {
            soft.place(position, chunk.length, pictures);
        } else if (!pictures.isEmpty()) {
            throw new IllegalArgumentException("the model sees no pictures");
        }
        lastToken.put(0, chunk.length - 1);
        StepTensors tensors = prefillTensors(slot);
        try (OnnxTensor ids = chunkTensor(chunk.length)) {
            tensors.inputs().put(DecoderGraph.INPUT_IDS, ids);
            run(tensors, slot, 1);
        } finally {
            tensors.inputs().remove(DecoderGraph.INPUT_IDS);
        }
        return logits.slice(0, vocabularySize()).asReadOnlyBuffer();
    }

    @Override
    public synchronized FloatBuffer verify(int slot, int position, int[] chunk) {
        RunLimits.require(chunk.length <= MOST_VERIFIED, "a verification of", chunk.length, MOST_VERIFIED);
        place(slot, position, chunk);
        if (soft != null) {
            soft.place(position, chunk.length, SoftTokens.NONE);
        }
        StepTensors bound = prefillTensors(slot);
        FloatBuffer wanted = logits.slice(0, chunk.length * vocabularySize());
        long[] size = {chunk.length, vocabularySize()};
        try (OnnxTensor ids = chunkTensor(chunk.length);
                OnnxTensor rows = tensor(firstRows.slice(0, chunk.length), chunk.length);
                OnnxTensor scores = OnnxTensor.createTensor(session.environment(), wanted, size)) {
            StepTensors tensors = bound.copy();
            tensors.inputs().put(DecoderGraph.INPUT_IDS, ids);
            tensors.inputs().put(DecoderGraph.LOGIT_ROWS, rows);
            tensors.outputs().put(DecoderGraph.LOGITS, scores);
            run(tensors, slot, 1);
        } catch (OrtException e) {
            throw failed(e);
        }
        return wanted.asReadOnlyBuffer();
    }

    private void run(StepTensors bound, int firstSlot, int rows) {
        StepTensors tensors = soft == null ? bound : soft.beside(bound);
        if (adapters == null) {
            session.run(tensors);
            return;
        }
        StepTensors adapted = tensors.copy();
        try (OnnxTensor mask = adapters.bind(firstSlot, rows, adapted.inputs())) {
            session.run(adapted);
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    @Override
    public int load(Path folder) throws IOException, ModelRejectedException {
        AdapterFolder adapter = AdapterFolder.open(folder);
        synchronized (this) {
            requireOpen();
            return bank().load(adapter);
        }
    }

    @Override
    public synchronized void unload(int adapter) {
        bank().unload(adapter);
    }

    @Override
    public synchronized void use(int slot, int adapter) {
        limits.slot(slot);
        if (adapters != null || adapter != NONE) {
            bank().use(slot, adapter);
        }
    }

    private AdapterBank bank() {
        if (adapters == null) {
            throw new IllegalArgumentException("the model was loaded without room for adapters");
        }
        return adapters;
    }

    /** Checks a chunk and writes it where its run reads it. */
    private void place(int slot, int position, int[] chunk) {
        requireOpen();
        limits.chunk(slot, position, chunk);
        for (int i = 0; i < chunk.length; i++) {
            tokens.put(i, chunk[i]);
        }
        lastPosition.put(0, position + chunk.length - 1);
        totalLength.put(0, position + chunk.length);
    }

    private OnnxTensor chunkTensor(int length) {
        return tensor(tokens.slice(0, length), 1, length);
    }

    @Override
    public synchronized FloatBuffer decode(int rows, int[] next, int[] positions) {
        requireOpen();
        limits.step(rows, next, positions);
        int most = 0;
        for (int row = 0; row < rows; row++) {
            tokens.put(row, next[row]);
            lastPosition.put(row, positions[row]);
            most = Math.max(most, positions[row] + 1);
        }
        totalLength.put(0, most);
        if (soft != null) {
            soft.none(rows);
        }
        run(stepTensors(rows), 0, rows);
        return logits.slice(0, rows * vocabularySize()).asReadOnlyBuffer();
    }

    @Override
    public synchronized void copy(int from, int to, int length) {
        requireOpen();
        limits.slot(from);
        limits.slot(to);
        limits.length(length);
        if (from != to) {
            cache.copy(from, to, length);
        }
    }

    @Override
    public synchronized void swap(int first, int firstLength, int second, int secondLength) {
        requireOpen();
        limits.slot(first);
        limits.slot(second);
        limits.length(firstLength);
        limits.length(secondLength);
        if (first != second) {
            cache.swap(first, firstLength, second, secondLength);
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (memory;
                session) {
            closeAll(steps);
            closeAll(prefills);
            if (adapters != null) {
                adapters.close();
            }
            if (soft != null) {
                soft.close();
            }
        }
    }

    private static void closeAll(@Nullable StepTensors[] all) {
        for (StepTensors tensors : all) {
            if (tensors != null) {
                tensors.close();
            }
        }
    }

    private StepTensors stepTensors(int rows) {
        StepTensors made = steps[rows];
        if (made == null) {
            made = bind(0, rows, firstRows.slice(0, rows));
            LongBuffer column = tokens.slice(0, rows);
            made.inputs().put(DecoderGraph.INPUT_IDS, tensor(column, rows, 1));
            steps[rows] = made;
        }
        return made;
    }

    private StepTensors prefillTensors(int slot) {
        StepTensors made = prefills[slot];
        if (made == null) {
            made = bind(slot, 1, lastToken);
            prefills[slot] = made;
        }
        return made;
    }

    /** Everything but the tokens. */
    private StepTensors bind(int firstSlot, int rows, LongBuffer logitRows) {
        try {
            StepTensors made = cache.bind(session.environment(), firstSlot, rows);
            made.inputs().put(DecoderGraph.LAST_POSITION, tensor(lastPosition.slice(0, rows), rows));
            made.inputs().put(DecoderGraph.TOTAL_LENGTH, tensor(totalLength, 1));
            made.inputs().put(DecoderGraph.LOGIT_ROWS, tensor(logitRows, rows));
            FloatBuffer wanted = logits.slice(0, rows * vocabularySize());
            long[] size = {rows, vocabularySize()};
            made.outputs().put(DecoderGraph.LOGITS, OnnxTensor.createTensor(session.environment(), wanted, size));
            return made;
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private OnnxTensor tensor(LongBuffer values, long... size) {
        try {
            return OnnxTensor.createTensor(session.environment(), values, size);
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private OnnxTensor tensor(IntBuffer values, long... size) {
        try {
            return OnnxTensor.createTensor(session.environment(), values, size);
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private ByteBuffer buffer(long count, int bytes) {
        MemorySegment segment = memory.allocate(count * bytes, ALIGNMENT);
        return segment.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the decoder is closed");
        }
    }

    private static IllegalStateException failed(OrtException e) {
        return new IllegalStateException("tensors of a step can't be made: " + e.getMessage(), e);
    }
}
