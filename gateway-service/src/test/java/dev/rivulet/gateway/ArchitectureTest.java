// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModule;
import org.springframework.modulith.core.ApplicationModules;

class ArchitectureTest {

    private final ApplicationModules modules = ApplicationModules.of(GatewayApplication.class);

    @Test
    void featuresDependOnEachOtherAsTheyDeclare() {
        modules.verify();
    }

    @Test
    void theFeaturesAreThoseOfTheHousePlan() {
        assertThat(modules.stream().map(ApplicationModule::getIdentifier).map(Object::toString))
                .containsExactlyInAnyOrder(
                        "identity",
                        "exchange",
                        "feedback",
                        "admission",
                        "budget",
                        "topics",
                        "routing",
                        "relay",
                        "assistant",
                        "building",
                        "documents",
                        "caching",
                        "cascade",
                        "mcp",
                        "media",
                        "jobs",
                        "files",
                        "pictures",
                        "policy",
                        "batches",
                        "dialects",
                        "openapi",
                        "responses",
                        "resume",
                        "rollouts",
                        "voice");
    }
}
