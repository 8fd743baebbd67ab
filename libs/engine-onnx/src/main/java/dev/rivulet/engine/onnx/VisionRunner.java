// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.rivulet.modelpackage.folder.VisionConfig;
import dev.rivulet.modelpackage.graph.VisionGraph;
import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

/** Runs an encoder of pictures over batches that fit its buffers. Thread-safe: one run at a time; closing waits for it. */
final class VisionRunner implements AutoCloseable {

    private static final int ALIGNMENT = 64;

    private final DecoderSession session;
    private final VisionConfig config;
    private final Arena memory;
    private final int batch;
    private final FloatBuffer pixels;
    private final FloatBuffer output;
    private boolean closed;

    /** Takes over session and memory: closing the runner closes both. @param batch most pictures of a run */
    VisionRunner(DecoderSession session, VisionConfig config, int batch, Arena memory) {
        this.session = session;
        this.config = config;
        this.batch = batch;
        this.memory = memory;
        pixels = buffer((long) batch * picture());
        output = buffer((long) batch * values());
    }

    private FloatBuffer buffer(long count) {
        return memory.allocate(count * Float.BYTES, ALIGNMENT)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private int picture() {
        return 3 * config.imageSize() * config.imageSize();
    }

    private int values() {
        return config.rows() * config.width();
    }

    /**
     * @param pictures each {@code [3, imageSize, imageSize]}, at least one
     * @return {@code [pictures, rows, width]}, row-major
     */
    float[] run(float[][] pictures) {
        float[] rows = new float[pictures.length * values()];
        for (int from = 0; from < pictures.length; from += batch) {
            run(pictures, from, Math.min(batch, pictures.length - from), rows);
        }
        return rows;
    }

    private synchronized void run(float[][] pictures, int from, int count, float[] rows) {
        if (closed) {
            throw new IllegalStateException("the encoder of pictures is closed");
        }
        for (int i = 0; i < count; i++) {
            pixels.put(i * picture(), pictures[from + i], 0, picture());
        }
        long[] size = {count, 3, config.imageSize(), config.imageSize()};
        long[] values = {count, config.rows(), config.width()};
        try (OnnxTensor in = OnnxTensor.createTensor(session.environment(), pixels.slice(0, count * picture()), size);
                OnnxTensor out =
                        OnnxTensor.createTensor(session.environment(), output.slice(0, count * values()), values)) {
            session.run(new StepTensors(Map.of(VisionGraph.PIXELS, in), Map.of(VisionGraph.OUTPUT, out)));
        } catch (OrtException e) {
            throw new IllegalStateException("tensors of pictures can't be made: " + e.getMessage(), e);
        }
        output.get(0, rows, from * values(), count * values());
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
}
