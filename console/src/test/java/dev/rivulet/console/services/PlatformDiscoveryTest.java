// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.services;

import static org.awaitility.Awaitility.await;

import de.codecentric.boot.admin.server.domain.entities.InstanceRepository;
import de.codecentric.boot.admin.server.domain.values.Registration;
import dev.rivulet.console.TestConsole;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlatformDiscoveryTest {

    @Test
    void showsEveryServiceOfTheConfigurationInSpringBootAdmin() {
        try (TestConsole console = TestConsole.start()) {
            InstanceRepository instances = console.bean(InstanceRepository.class);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> names(instances)
                            .containsAll(List.of(
                                    "gateway-service",
                                    "model-registry",
                                    "inference-service",
                                    "federation-service",
                                    "config-server",
                                    "console")));
        }
    }

    private static List<String> names(InstanceRepository instances) {
        return instances
                .findAll()
                .map(instance -> instance.getRegistration())
                .map(Registration::getName)
                .collectList()
                .blockOptional()
                .orElseThrow();
    }
}
