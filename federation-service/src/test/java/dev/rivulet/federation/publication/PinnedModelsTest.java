// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.publication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PinnedModelsTest {

    @Test
    void whatWasUsedLongestAgoGoesFirstAndNoModelIsLargerThanAll() {
        PinnedModels models = new PinnedModels(100);
        byte[] first = new byte[40];
        models.pin("first", first);
        models.pin("second", new byte[40]);
        assertThat(models.find("first")).containsSame(first);
        models.pin("third", new byte[40]);
        assertThat(models.find("second")).isEmpty();
        assertThat(models.find("first")).isPresent();
        models.pin("huge", new byte[101]);
        assertThat(models.find("huge")).isEmpty();
        assertThat(models.find("third")).isPresent();
    }
}
