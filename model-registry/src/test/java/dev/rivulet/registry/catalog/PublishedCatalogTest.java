// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.settings.catalogue.CatalogueAudit;
import org.junit.jupiter.api.Test;

/** Who may publish a setting must not decide thereby whose signatures count: those two are closed. */
class PublishedCatalogTest {

    @Test
    void configServerPublishesTheLimitsThatTheRegistryTakes() {
        assertThat(CatalogueAudit.differences(
                        "model-registry", CatalogSettings.class, "registryUrl", "signatures", "trustedKeys"))
                .isEmpty();
    }
}
