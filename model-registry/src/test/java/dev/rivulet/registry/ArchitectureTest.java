// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ArchitectureTest {

    @Test
    void featuresUseEachOtherOnlyAsTheirPackagesAllow() {
        ApplicationModules.of(RegistryApplication.class).verify();
    }
}
