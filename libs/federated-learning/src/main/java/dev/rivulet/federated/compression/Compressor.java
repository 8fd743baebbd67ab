// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.compression;

import dev.rivulet.federated.compression.Encoded.Dense;
import dev.rivulet.federated.compression.Encoded.Sketched;
import dev.rivulet.federated.compression.Encoded.Sparse;
import dev.rivulet.federated.compression.Scheme.Places;
import dev.rivulet.federated.update.Vectors;
import java.util.random.RandomGenerator;

/** Makes updates small. Not safe for threads: the generator is not. */
public final class Compressor {

    private final RandomGenerator random;

    /** @param random for rounding */
    public Compressor(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Encodes an update.
     *
     * @param values finite
     * @throws IllegalArgumentException if one is not: training went astray, and nothing should be sent
     */
    public Encoded encode(float[] values, Scheme scheme) {
        if (!Vectors.finite(values)) {
            throw new IllegalArgumentException("an update can't be sent: " + Vectors.firstNotFinite(values));
        }
        return switch (scheme.places()) {
            case Places.All() -> new Dense(numbers(values, scheme));
            case Places.Top(int count) -> top(values, Math.min(count, values.length), scheme);
            case Places.Sketch(CountSketch.Shape shape) -> {
                CountSketch sketch = new CountSketch(shape);
                sketch.add(values);
                yield new Sketched(values.length, shape, numbers(sketch.cells(), scheme));
            }
        };
    }

    private Sparse top(float[] values, int count, Scheme scheme) {
        int[] indices = TopK.indices(values, count);
        float[] some = new float[count];
        for (int i = 0; i < count; i++) {
            some[i] = values[indices[i]];
        }
        return new Sparse(values.length, indices, numbers(some, scheme));
    }

    private Numbers numbers(float[] values, Scheme scheme) {
        return scheme.bits() == 32
                ? new Numbers.Floats(values.clone())
                : Numbers.Quantised.of(values, scheme.bits(), scheme.chunk(), random);
    }
}
