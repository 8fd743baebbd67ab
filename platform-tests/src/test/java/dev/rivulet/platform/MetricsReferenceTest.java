// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.platform.MeterSources.Found;
import dev.rivulet.platform.MetricsTable.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every meter of the code has its row in docs/observability.md, and every row its meter. {@code ObservabilityIT} asks running parts. */
class MetricsReferenceTest {

    /** A text like a meter's name that is none: an error's code, which is logged. */
    private static final Set<String> NONE = Set.of("rivulet.unreadable");

    private static final List<String> SUFFIXES = List.of("", "_seconds", "_bytes", "_characters");

    @Test
    void everyMeterOfTheCodeHasItsRowWithItsKindAndLabels() throws IOException {
        Map<String, Row> rows = MetricsTable.read();
        List<String> faults = new ArrayList<>();
        for (Found meter : MeterSources.read().values()) {
            if (!NONE.contains(meter.name())) {
                fault(meter, rows).ifPresent(faults::add);
            }
        }

        assertThat(faults)
                .as("docs/observability.md: | `name` | kind | unit | labels | meaning |")
                .isEmpty();
    }

    private static Optional<String> fault(Found meter, Map<String, Row> rows) {
        List<String> names = names(meter).toList();
        List<Row> known =
                names.stream().filter(rows::containsKey).map(rows::get).toList();
        String where = " (" + Platform.repository().relativize(meter.file()) + ")";
        if (known.isEmpty()) {
            return Optional.of("no row of " + names.getFirst() + where);
        }
        Row row = known.getFirst();
        if (!kinds(meter.kind()).contains(row.kind())) {
            return Optional.of(row.name() + " is a " + meter.kind() + ", not a " + row.kind() + where);
        }
        Set<String> missing = new TreeSet<>(meter.labels());
        missing.removeAll(row.labels());
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(row.name() + " has the labels " + missing + " too" + where);
    }

    /** What Prometheus may call it: the most likely first. */
    private static Stream<String> names(Found meter) {
        String base = meter.name().replace('.', '_');
        String unit = meter.unit().isEmpty() || base.endsWith("_" + meter.unit()) ? "" : "_" + meter.unit();
        return switch (meter.kind()) {
            case "counter" -> Stream.of(base + unit + "_total");
            case "timer" -> Stream.of(base + "_seconds");
            case "gauge", "summary" -> Stream.of(base + unit);
            default -> SUFFIXES.stream().map(base::concat).flatMap(name -> Stream.of(name, name + "_total"));
        };
    }

    private static Set<String> kinds(String kind) {
        return switch (kind) {
            case "timer" -> Set.of("timer", "histogram");
            case "summary" -> Set.of("summary", "histogram");
            case "" -> Set.of("counter", "gauge", "timer", "summary", "histogram");
            default -> Set.of(kind);
        };
    }

    @Test
    void everyRowHasItsMeterAndSaysWhatItIs() throws IOException {
        Set<String> made = new TreeSet<>();
        MeterSources.read().values().forEach(meter -> names(meter).forEach(made::add));

        assertThat(MetricsTable.read()).hasSizeGreaterThan(80);
        // What has a span tells how long those that go on have been going on.
        assertThat(MetricsTable.read().keySet())
                .as("rows that no code makes")
                .filteredOn(name -> !made.contains(name.replaceFirst("_active_seconds$", "_seconds")))
                .isEmpty();
        assertThat(MetricsTable.read().values())
                .as("rows without a unit or a meaning")
                .filteredOn(row -> row.unit().isEmpty() || row.meaning().isEmpty())
                .isEmpty();
    }
}
