// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.quantisation;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.safetensors.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@link BlockInt4} as {@code MatMulNBits} and {@code GatherBlockQuantized} read it; a table and the head that is tied to it are the
 * same bytes. With calibration layers are rounded by {@link Gptq}, tables to nearest: a look-up has no input to weigh errors by.
 */
public final class BlockInt4Form implements Quantiser {

    /** Suffix of the values, {@code U8 [outputs, inputs / 2]}. */
    public static final String VALUES = ".int4";

    /** Suffix of the scales, {@code F32 [outputs, inputs / 32]}. */
    public static final String SCALES = ".int4-scale";

    /** The label of forms made with calibration. */
    public static final String CALIBRATED = "int4-gptq";

    private final Optional<Calibration> calibration;
    private final Map<String, Gptq> factors = new HashMap<>();

    private BlockInt4Form(Optional<Calibration> calibration) {
        this.calibration = calibration;
    }

    /** Inputs of layers, seen while a model read a text. */
    @FunctionalInterface
    public interface Calibration {

        /**
         * @return sum of {@code x xᵀ} over the tokens, {@code [inputs, inputs]}
         * @throws ModelRejectedException if the model can't run
         */
        float[] gram(String input, int inputs) throws ModelRejectedException;
    }

    /** Rounds to nearest. */
    public static BlockInt4Form nearest() {
        return new BlockInt4Form(Optional.empty());
    }

    /** Rounds by what the inputs make of errors. */
    public static BlockInt4Form calibrated(Calibration calibration) {
        return new BlockInt4Form(Optional.of(calibration));
    }

    @Override
    public String label() {
        return calibration.isPresent() ? CALIBRATED : "int4";
    }

    @Override
    public List<Part> parts(LinearTensor tensor) throws ModelRejectedException {
        if (tensor.inputs() % BlockInt4.BLOCK != 0) {
            throw new ModelRejectedException("tensor '" + tensor.name() + "' has " + tensor.inputs()
                    + " inputs; 4-bit weights take multiples of " + BlockInt4.BLOCK + ": choose w8r or f32");
        }
        long outputs = tensor.outputs();
        long blocks = tensor.inputs() / BlockInt4.BLOCK;
        return List.of(
                new Part(tensor.name() + SCALES, DType.F32, List.of(outputs, blocks)),
                new Part(tensor.name() + VALUES, DType.U8, List.of(outputs, tensor.inputs() / 2L)));
    }

    @Override
    public void quantise(LinearTensor tensor, int channel, float[] weights, Target target)
            throws ModelRejectedException {
        byte[] packed = new byte[weights.length / 2];
        float[] scales = new float[weights.length / BlockInt4.BLOCK];
        if (calibration.isPresent() && !tensor.table() && tensor.inputs() <= Gptq.MOST_INPUTS) {
            factor(calibration.get(), tensor).quantise(weights, packed, scales);
        } else {
            BlockInt4.quantise(weights, packed, scales);
        }
        target.floats(tensor.name() + SCALES, (long) channel * scales.length, scales);
        target.bytes(tensor.name() + VALUES, (long) channel * packed.length, packed);
    }

    /** One at a time is kept: layers of the same input follow each other. */
    private Gptq factor(Calibration from, LinearTensor tensor) throws ModelRejectedException {
        Gptq factor = factors.get(tensor.input());
        if (factor == null) {
            factors.clear();
            factor = Gptq.of(from.gram(tensor.input(), tensor.inputs()), tensor.inputs());
            factors.put(tensor.input(), factor);
        }
        return factor;
    }
}
