// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.topics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.Topic;
import org.junit.jupiter.api.Test;

class CatalogueTopicsTest {

    @Test
    void aServiceMakesWhatItWritesAndWhatItReadsAndNothingElse() {
        assertThat(CatalogueTopics.of("inference-service"))
                .extracting(Topic::name)
                .contains(
                        "model.version.changed",
                        "inference.request.cancelled",
                        "inference.replica.status",
                        "inference.completion.recorded")
                .doesNotContain("identity.key.changed", "identity.budget.spent")
                .doesNotHaveDuplicates();
        assertThat(CatalogueTopics.of("nobody")).isEmpty();
    }
}
