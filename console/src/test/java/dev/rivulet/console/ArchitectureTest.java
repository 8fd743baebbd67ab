// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ArchitectureTest {

    @Test
    void featuresUseEachOtherOnlyAsDeclared() {
        ApplicationModules.of(ConsoleApplication.class).verify();
    }
}
