// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads Prometheus' text format, version 0.0.4: {@code name{label="value",...} number}. A line that can't be read is passed over, as
 * are values that are no numbers.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Exposition formats</a>
 */
final class Exposition {

    private final String line;
    private int at;

    private Exposition(String line) {
        this.line = line;
    }

    /**
     * @param text of one instance
     * @param most samples that are kept; those after them are passed over
     */
    static List<Sample> read(String text, int most) {
        return text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> new Exposition(line).sample())
                .filter(sample -> sample != null && !Double.isNaN(sample.value()))
                .limit(most)
                .toList();
    }

    private @Nullable Sample sample() {
        try {
            String name = upTo("{ ");
            Map<String, String> labels = line.charAt(at) == '{' ? labels() : Map.of();
            String number = line.substring(at).strip().split(" ", 2)[0];
            return new Sample(name, labels, number(number));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            return null;
        }
    }

    private static double number(String number) {
        return switch (number) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(number);
        };
    }

    private String upTo(String ends) {
        int from = at;
        while (ends.indexOf(line.charAt(at)) < 0) {
            at++;
        }
        return line.substring(from, at);
    }

    private Map<String, String> labels() {
        Map<String, String> labels = new HashMap<>();
        at++;
        while (line.charAt(at) != '}') {
            String label = upTo("=");
            at += 2;
            labels.put(label.strip(), quoted());
            if (line.charAt(at) == ',') {
                at++;
            }
        }
        at++;
        return labels;
    }

    /** The text up to the quotation mark, which is passed over. */
    private String quoted() {
        List<String> parts = new ArrayList<>();
        for (; line.charAt(at) != '"'; at++) {
            if (line.charAt(at) == '\\') {
                at++;
                parts.add(line.charAt(at) == 'n' ? "\n" : String.valueOf(line.charAt(at)));
            } else {
                int from = at;
                while (line.charAt(at + 1) != '"' && line.charAt(at + 1) != '\\') {
                    at++;
                }
                parts.add(line.substring(from, at + 1));
            }
        }
        at++;
        return String.join("", parts);
    }
}
