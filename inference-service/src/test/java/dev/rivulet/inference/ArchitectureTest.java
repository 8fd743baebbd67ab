// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

/** Features depend on each other as the house plan says, and on nothing else. The HTTP contract is a library, not a feature. */
class ArchitectureTest {

    @Test
    void featuresKeepToTheirDependencies() {
        ApplicationModules.of(InferenceApplication.class, resideInAPackage("dev.rivulet.inference.contract.."))
                .verify();
    }
}
