// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StopStringsTest {

    @Test
    void aStopAcrossBordersIsFoundAndNothingOfItEscapes() {
        StopStrings stops = new StopStrings(List.of("END", "stop now"));
        assertThat(stops.append("ab E")).isEqualTo("ab ");
        assertThat(stops.append("N")).isEmpty();
        assertThat(stops.append("X st")).isEqualTo("ENX ");
        assertThat(stops.append("op n")).isEmpty();
        assertThat(stops.append("ow and more")).isEmpty();
        assertThat(stops.found()).isTrue();
        assertThat(stops.append("x") + stops.flush()).isEmpty();
    }

    @Test
    void theEarliestStopWins() {
        StopStrings stops = new StopStrings(List.of("cd", "bc"));
        assertThat(stops.append("abcd")).isEqualTo("a");
    }

    @Test
    void whatWasHeldBackComesOutAtTheEnd() {
        StopStrings stops = new StopStrings(List.of("aab"));
        assertThat(stops.append("xaa")).isEqualTo("x");
        assertThat(stops.append("a")).isEqualTo("a");
        assertThat(stops.flush()).isEqualTo("aa");
    }

    @Test
    void withoutStopsNothingIsHeldBack() {
        StopStrings stops = new StopStrings(List.of());
        assertThat(stops.append("text")).isEqualTo("text");
    }
}
