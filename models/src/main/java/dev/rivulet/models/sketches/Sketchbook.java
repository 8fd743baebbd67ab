// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.sketches;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Draws the subjects and styles of drawings, in fixed shares of the four groups. */
public final class Sketchbook {
    private final RandomGenerator random;
    private final boolean heldOut;

    /**
     * A book of drawings.
     *
     * @param seed the same seed gives the same drawings
     * @param heldOut whether styles lie outside those trained on
     */
    public Sketchbook(long seed, boolean heldOut) {
        this.random = random(seed);
        this.heldOut = heldOut;
    }

    /** The next drawing: in a hundred 28 devices, 18 symbols, 32 gauges and 22 floor plans. */
    public Drawing next() {
        Subject subject = subject(random.nextInt(100));
        Style style = heldOut ? Style.heldOut(random) : Style.trained(random);
        return new Drawing(subject, style, random.nextLong());
    }

    private Subject subject(int dice) {
        if (dice < 28) {
            return any(Device.values());
        }
        if (dice < 46) {
            return any(Symbol.values());
        }
        if (dice < 78) {
            Gauge.Form form = any(Gauge.Form.values());
            return new Gauge(form, random.nextInt(form.steps() + 1));
        }
        FloorPlan.Shape shape = any(FloorPlan.Shape.values());
        int least = shape == FloorPlan.Shape.RECTANGLE ? 1 : 2;
        return new FloorPlan(shape, random.nextInt(least, 5), random.nextInt(1, 4), random.nextInt(3));
    }

    private <T> T any(T[] values) {
        return values[random.nextInt(values.length)];
    }

    static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
