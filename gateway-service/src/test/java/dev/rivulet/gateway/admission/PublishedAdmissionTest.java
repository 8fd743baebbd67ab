// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.settings.catalogue.CatalogueAudit;
import org.junit.jupiter.api.Test;

class PublishedAdmissionTest {

    @Test
    void configServerPublishesTheLimitsThatTheGatewayTakes() {
        assertThat(CatalogueAudit.differences("gateway-service", AdmissionSettings.class))
                .isEmpty();
    }
}
