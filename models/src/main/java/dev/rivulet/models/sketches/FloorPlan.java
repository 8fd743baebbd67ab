// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.sketches;

import java.util.random.RandomGenerator;

/**
 * A floor plan.
 *
 * @param shape outline of the floor
 * @param rooms how many rooms, a corridor not counted: 1–4, at least 2 unless the outline is a rectangle
 * @param doors how many doors, 1–3
 * @param windows how many windows, 0–2
 */
public record FloorPlan(Shape shape, int rooms, int doors, int windows) implements Subject {

    /** Outlines. */
    public enum Shape {
        RECTANGLE("a floor plan with "),
        L_SHAPE("an L-shaped floor plan with "),
        CORRIDOR("a floor plan with a corridor and ");

        private final String lead;

        Shape(String lead) {
            this.lead = lead;
        }
    }

    public FloorPlan {
        if (rooms < (shape == Shape.RECTANGLE ? 1 : 2)
                || rooms > 4
                || doors < 1
                || doors > 3
                || windows < 0
                || windows > 2) {
            throw new IllegalArgumentException(
                    "a %s has 1 (others 2) to 4 rooms, 1 to 3 doors and 0 to 2 windows, not %d, %d and %d"
                            .formatted(shape, rooms, doors, windows));
        }
    }

    @Override
    public String group() {
        return "plan";
    }

    @Override
    public String phrase() {
        return shape.lead + rooms + (rooms == 1 ? " room" : " rooms");
    }

    @Override
    public String kind() {
        return "plan " + shape.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }

    @Override
    public void draw(Pen pen, RandomGenerator random) {
        FloorLayout.of(this, random).draw(pen, random);
    }
}
