// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.settings.catalogue.CatalogueAudit;
import org.junit.jupiter.api.Test;

class PublishedPolicyTest {

    @Test
    void configServerPublishesThePoliciesThatTheGatewayTakes() {
        assertThat(CatalogueAudit.differences("gateway-service", PolicySettings.class, "enabled"))
                .isEmpty();
    }
}
