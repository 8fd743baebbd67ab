// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.rivulet.engine.EncoderRunner;
import dev.rivulet.engine.Encoding;
import dev.rivulet.modelpackage.folder.DualConfig;
import dev.rivulet.modelpackage.graph.TextTowerGraph;
import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs CLIP's or SigLIP's encoder of texts; vectors have the length 1. */
final class TextTowerRunner implements EncoderRunner {

    private static final int ALIGNMENT = 64;

    private final DecoderSession session;
    private final DualConfig.Text config;
    private final int batchTokens;
    private final Arena memory;
    private final LongBuffer ids;
    private final LongBuffer read;
    private final FloatBuffer output;
    private boolean closed;

    /** Takes over session and memory: closing the runner closes both. */
    TextTowerRunner(DecoderSession session, DualConfig.Text config, int batchTokens, Arena memory) {
        this.session = session;
        this.config = config;
        this.batchTokens = batchTokens;
        this.memory = memory;
        int rows = config.clip() ? batchTokens : Math.max(1, batchTokens / config.contextLength());
        ids = longs(batchTokens);
        read = longs(rows);
        output = memory.allocate((long) rows * config.width() * Float.BYTES, ALIGNMENT)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private LongBuffer longs(int count) {
        return memory.allocate((long) count * Long.BYTES, ALIGNMENT)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
    }

    @Override
    public int contextLength() {
        return config.contextLength();
    }

    @Override
    public int batchTokens() {
        return batchTokens;
    }

    /** SigLIP's texts all have the length of the context, however short they are: a batch is then run in parts. */
    @Override
    public synchronized List<float[]> run(List<Encoding> rows) {
        if (closed) {
            throw new IllegalStateException("the encoder is closed");
        }
        int longest = check(rows);
        int most = batchTokens / longest;
        List<float[]> vectors = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += most) {
            run(rows.subList(from, Math.min(rows.size(), from + most)), longest, vectors);
        }
        return vectors;
    }

    private int check(List<Encoding> rows) {
        int longest = 1;
        for (Encoding row : rows) {
            boolean fits = row.length() >= 1 && row.length() <= config.contextLength();
            if (!fits || Arrays.stream(row.ids()).anyMatch(id -> id < 0 || id >= config.vocabularySize())) {
                throw new IllegalArgumentException("a text of " + row.length() + " tokens, or a token in it, is out of"
                        + " range: 1 to " + config.contextLength() + " tokens");
            }
            longest = Math.max(longest, row.length());
        }
        if (rows.isEmpty() || (long) rows.size() * longest > batchTokens) {
            throw new IllegalArgumentException("a batch of " + rows.size() + " texts is out of range");
        }
        return config.clip() ? longest : config.contextLength();
    }

    private void run(List<Encoding> rows, int length, List<float[]> vectors) {
        for (int row = 0; row < rows.size(); row++) {
            int[] tokens = rows.get(row).ids();
            for (int i = 0; i < length; i++) {
                ids.put(row * length + i, i < tokens.length ? tokens[i] : config.padding());
            }
            read.put(row, row * length + readOut(tokens, length));
        }
        int count = rows.size();
        long[] width = {count, config.width()};
        try (OnnxTensor in = tensor(ids.slice(0, count * length), count, length);
                OnnxTensor places = tensor(read.slice(0, count), count);
                OnnxTensor out = OnnxTensor.createTensor(
                        session.environment(), output.slice(0, count * config.width()), width)) {
            session.run(new StepTensors(
                    Map.of(TextTowerGraph.INPUT_IDS, in, TextTowerGraph.READ, places),
                    Map.of(TextTowerGraph.OUTPUT, out)));
        } catch (OrtException e) {
            throw new IllegalStateException("tensors of a batch can't be made: " + e.getMessage(), e);
        }
        for (int row = 0; row < count; row++) {
            float[] vector = new float[config.width()];
            output.get(row * config.width(), vector);
            vectors.add(Vectors.ofLengthOne(vector));
        }
    }

    private int readOut(int[] tokens, int length) {
        if (!config.clip()) {
            return length - 1;
        }
        int best = 0;
        for (int i = 0; i < tokens.length; i++) {
            if (config.endToken() == 2 ? tokens[i] > tokens[best] : tokens[i] == config.endToken()) {
                best = i;
                if (config.endToken() != 2) {
                    break;
                }
            }
        }
        return best;
    }

    private OnnxTensor tensor(LongBuffer values, long... size) throws OrtException {
        return OnnxTensor.createTensor(session.environment(), values, size);
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
