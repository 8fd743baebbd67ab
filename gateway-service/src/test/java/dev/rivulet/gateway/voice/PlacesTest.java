// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlacesTest {

    private final Places places = new Places(3, 2);

    @Test
    void aKeyHasItsShareAndAllKeysTogetherTheWhole() {
        assertThat(places.take("a")).isTrue();
        assertThat(places.take("a")).isTrue();
        assertThat(places.take("a")).isFalse();
        assertThat(places.take("b")).isTrue();
        assertThat(places.take("c")).isFalse();
    }

    @Test
    void aPlaceThatIsGivenBackIsAnothersPlace() {
        places.take("a");
        places.take("a");
        places.giveBack("a");

        assertThat(places.take("a")).isTrue();
        assertThat(places.taken()).isEqualTo(2);
    }
}
