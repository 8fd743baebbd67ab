// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of docs/observability.md that say what each metric is. */
final class MetricsTable {

    static final Path PAGE = Platform.repository().resolve("docs/observability.md");

    private static final Pattern ROW = Pattern.compile(
            "(?m)^\\| `((?:rivulet_|vllm:)[a-z0-9_]+)` \\| ([^|]*) \\| ([^|]*) \\| ([^|]*) \\| ([^|]*) \\|$");

    /**
     * One row.
     *
     * @param name as Prometheus has it, without what is added for buckets, sums and counts
     * @param kind counter, gauge, histogram, summary or timer
     * @param unit of its values
     * @param labels empty if it has none
     * @param meaning what it counts or measures
     */
    record Row(String name, String kind, String unit, Set<String> labels, String meaning) {}

    private MetricsTable() {}

    /** By name. */
    static Map<String, Row> read() {
        try {
            Map<String, Row> rows = new TreeMap<>();
            Matcher matcher = ROW.matcher(Files.readString(PAGE));
            while (matcher.find()) {
                Row row = new Row(
                        matcher.group(1),
                        matcher.group(2).strip(),
                        matcher.group(3).strip(),
                        labels(matcher.group(4)),
                        matcher.group(5).strip());
                if (rows.put(row.name(), row) != null) {
                    throw new IllegalStateException(PAGE + " has two rows of " + row.name());
                }
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> labels(String cell) {
        return Stream.of(cell.split(","))
                .map(String::strip)
                .filter(label -> !label.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
