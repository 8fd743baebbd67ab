// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.FileSystemUtils;

/** A real PostgreSQL and an empty folder under one application context; gone when it closes. */
public final class Platform implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        try {
            start(context, Files.createTempDirectory("federation-it"));
        } catch (IOException e) {
            throw new IllegalStateException("The platform of the test can't start", e);
        }
    }

    private static void start(ConfigurableApplicationContext context, Path folder) throws IOException {
        EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("postgres"))
                .start();
        ScriptedRegistry registry = new ScriptedRegistry();
        context.getBeanFactory().registerSingleton("scriptedRegistry", registry);
        Map<String, Object> settings = Map.ofEntries(
                Map.entry("spring.datasource.url", postgres.getJdbcUrl("postgres", "postgres")),
                Map.entry("spring.datasource.username", "postgres"),
                Map.entry("spring.cloud.config.enabled", "false"),
                // There is no broker: facts wait in the outbox, and rounds go on.
                Map.entry("spring.cloud.bus.enabled", "false"),
                Map.entry("rivulet.topics.enabled", "false"),
                Map.entry("rivulet.outbox.retry-min", "20s"),
                Map.entry("rivulet.outbox.retry-max", "60s"),
                Map.entry("spring.cloud.stream.kafka.binder.brokers", "127.0.0.1:9"),
                Map.entry("rivulet.federation.handover.registry", registry.address()),
                Map.entry("rivulet.federation.handover.retry-min", "50ms"),
                Map.entry("rivulet.federation.handover.retry-max", "500ms"),
                Map.entry(
                        "rivulet.federation.folder",
                        folder.resolve("federation").toString()));
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("platform", settings));
        context.addApplicationListener((ApplicationListener<ContextClosedEvent>) closed -> {
            if (closed.getApplicationContext().equals(context)) {
                registry.close();
                stop(postgres, folder);
            }
        });
    }

    private static void stop(EmbeddedPostgres postgres, Path folder) {
        try {
            postgres.close();
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new IllegalStateException("The platform of the test can't stop", e);
        }
    }
}
