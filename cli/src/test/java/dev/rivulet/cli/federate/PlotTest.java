// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.federate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlotTest {

    @Test
    void aCurveThatRisesFillsMoreOfEachLine() {
        List<String> lines = Plot.of("t", List.of(0.2, 0.5, 0.9), 3).lines().toList();
        assertThat(lines).hasSize(4).first().isEqualTo("t");
        assertThat(lines.get(1)).startsWith("  0.900 ┤").endsWith("█");
        assertThat(lines.get(3)).startsWith("  0.200 ┤").doesNotContain("┤ ");
    }

    @Test
    void ofMoreThanFitEachColumnHasTheLastOfItsOwn() {
        List<Double> many = IntStream.range(0, 500).mapToObj(i -> i / 500.0).toList();
        assertThat(Plot.of("t", many, 2).lines().skip(1)).allMatch(line -> line.length() == 81);
        assertThat(Plot.of("t", List.of(), 2)).isEmpty();
        assertThat(Plot.of("t", Collections.nCopies(3, 0.5), 1)).contains("0.500 ┤");
    }
}
