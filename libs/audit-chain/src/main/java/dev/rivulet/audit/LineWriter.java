// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes one JSON object in its one form: no space, fields in the order they are given. */
final class LineWriter {

    private final StringBuilder line = new StringBuilder("{");

    LineWriter text(String name, String value) {
        return name(name, '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
    }

    LineWriter number(String name, long value) {
        return name(name, Long.toString(value));
    }

    LineWriter flag(String name, boolean value) {
        return name(name, Boolean.toString(value));
    }

    /** As a text: many JSON readers make a double of a number and lose digits. */
    LineWriter decimal(String name, @Nullable BigDecimal value) {
        return name(name, value == null ? "null" : '"' + value.toPlainString() + '"');
    }

    /** @param values without anything to escape */
    LineWriter names(String name, List<String> values) {
        return name(name, values.stream().map(value -> '"' + value + '"').collect(Collectors.joining(",", "[", "]")));
    }

    /** What is signed. */
    String unsigned() {
        return line + "}";
    }

    private LineWriter name(String name, String value) {
        if (line.length() > 1) {
            line.append(',');
        }
        line.append('"').append(name).append("\":").append(value);
        return this;
    }
}
