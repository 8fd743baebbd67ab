// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.federation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is measured: rounds of so many devices with a model of so many float32 values.
 *
 * @param devices 1 to 1000
 * @param values 10 to 16777216
 */
record Cell(int devices, int values) {

    private static final int MOST_DEVICES = 1000;
    private static final int LEAST_VALUES = 10;
    private static final int MOST_VALUES = 1 << 24;

    Cell {
        if (devices < 1 || devices > MOST_DEVICES || values < LEAST_VALUES || values > MOST_VALUES) {
            throw new IllegalArgumentException("a cell has 1 to " + MOST_DEVICES + " devices and " + LEAST_VALUES
                    + " to " + MOST_VALUES + " values");
        }
    }

    /** Cells of two lists of the same length. */
    static List<Cell> of(List<Integer> devices, List<Integer> values) {
        if (devices.size() != values.size()) {
            throw new IllegalArgumentException("give --devices and --size as often as each other");
        }
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < devices.size(); i++) {
            cells.add(new Cell(devices.get(i), values.get(i)));
        }
        return cells;
    }

    /** The median that is aimed at, in milliseconds; 0 for none. */
    double goal() {
        return switch (devices + " " + values) {
            case "10 100000" -> 20;
            case "10 1000000" -> 120;
            case "50 100000" -> 80;
            default -> 0;
        };
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d devices x %,d float32", devices, values);
    }
}
