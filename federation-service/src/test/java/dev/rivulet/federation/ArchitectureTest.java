// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ArchitectureTest {

    @Test
    void featuresUseEachOtherOnlyAsTheirPackagesAllow() {
        ApplicationModules.of(FederationApplication.class).verify();
    }
}
