// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.graph.ProductProbe;
import dev.rivulet.modelpackage.quantisation.ActivationRange;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/** Finds out whether this processor adds products of 8-bit numbers exactly, by letting ONNX Runtime add some that overflow 16 bits. */
final class Saturation {

    private Saturation() {}

    /** The widest range of activations whose products with 8-bit weights come out right here. */
    static ActivationRange range() throws ModelRejectedException {
        return DeepStack.open(Saturation::measured);
    }

    private static ActivationRange measured() {
        int size = ProductProbe.SIZE;
        byte[] ones = new byte[size];
        Arrays.fill(ones, (byte) 255);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        ByteBuffer row = ByteBuffer.allocateDirect(size).put(ones).flip();
        try (SessionOptions options = new SessionOptions();
                OrtSession session = environment.createSession(ProductProbe.model(), options);
                OnnxTensor input = OnnxTensor.createTensor(environment, row, new long[] {1, size}, OnnxJavaType.UINT8);
                OrtSession.Result result = session.run(Map.of(ProductProbe.INPUT, input))) {
            int[][] sums = (int[][]) result.get(0).getValue();
            boolean exact = Arrays.stream(sums[0]).allMatch(sum -> sum == ProductProbe.SUM);
            return exact ? ActivationRange.FULL : ActivationRange.HALF;
        } catch (OrtException e) {
            throw new IllegalStateException("a product of 8-bit numbers can't be run: " + e.getMessage(), e);
        }
    }
}
