// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.sketches;

import java.util.random.RandomGenerator;

/** What a drawing shows. Coordinates of a drawing go from -1 to 1, x to the right and y downwards. */
public sealed interface Subject permits FloorPlan, Device, Gauge, Symbol {

    /** The group of subjects that figures are given for: {@code plan}, {@code device}, {@code gauge} or {@code symbol}. */
    String group();

    /** A noun phrase with its article: {@code a lamp that is on}. */
    String phrase();

    /** A name of kind and state without a value, the same for all gauges of a kind: {@code lamp on}. */
    String kind();

    /** Draws it with a pen; what the subject leaves open comes from the generator. */
    void draw(Pen pen, RandomGenerator random);
}
