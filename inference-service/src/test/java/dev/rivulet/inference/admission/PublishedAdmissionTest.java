// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.settings.catalogue.CatalogueAudit;
import org.junit.jupiter.api.Test;

class PublishedAdmissionTest {

    @Test
    void configServerPublishesTheLimitsThatAReplicaTakes() {
        assertThat(CatalogueAudit.differences("inference-service", AdmissionProperties.class))
                .isEmpty();
    }
}
