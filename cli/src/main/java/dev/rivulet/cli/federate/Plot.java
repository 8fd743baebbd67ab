// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.federate;

import java.util.List;
import java.util.Locale;

/** A curve in text: a column a value, as many lines as asked for. */
final class Plot {
    private static final int MOST_COLUMNS = 72;
    private static final String STEPS = " ▁▂▃▄▅▆▇█";

    private Plot() {}

    /**
     * Draws values, the newest at the right; of more than fit, each column has the last of its own.
     *
     * @param height lines, 1 or more
     */
    static String of(String title, List<Double> values, int height) {
        if (values.isEmpty()) {
            return "";
        }
        double low = values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
        double high = values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
        double span = high > low ? high - low : 1;
        int columns = Math.min(MOST_COLUMNS, values.size());
        StringBuilder plot = new StringBuilder(title).append('\n');
        for (int line = height - 1; line >= 0; line--) {
            double mark = low + span * line / Math.max(1, height - 1);
            plot.append(String.format(Locale.ROOT, "%7.3f ┤", height == 1 ? high : mark));
            for (int column = 0; column < columns; column++) {
                double value = values.get((int) ((column + 1L) * values.size() / columns) - 1);
                plot.append(cell((value - low) / span, line, height));
            }
            plot.append('\n');
        }
        return plot.toString();
    }

    private static char cell(double share, int line, int height) {
        double filled = (0.1 + 0.9 * share) * height - line;
        int step = (int) Math.round(Math.clamp(filled, 0, 1) * (STEPS.length() - 1));
        return STEPS.charAt(step);
    }
}
