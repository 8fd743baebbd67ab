// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

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

/** A real PostgreSQL, a real broker and an empty folder under one application context; gone when it closes. */
public final class Platform implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        try {
            start(context, Files.createTempDirectory("registry-it"));
        } catch (IOException e) {
            throw new IllegalStateException("The platform of the test can't start", e);
        }
    }

    private static void start(ConfigurableApplicationContext context, Path folder) throws IOException {
        EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("postgres"))
                .start();
        boolean guarded = !context.getEnvironment()
                .getProperty("rivulet.kafka.security.truststore", "")
                .isEmpty();
        Broker broker = guarded ? SecuredKafka.broker(folder) : new Broker(folder.resolve("kafka"));
        broker.start();
        if (guarded) {
            SecuredKafka.giveRights(broker);
        }
        context.getBeanFactory().registerSingleton("broker", broker);
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "platform",
                        Map.of(
                                "spring.datasource.url",
                                postgres.getJdbcUrl("postgres", "postgres"),
                                "spring.datasource.username",
                                "postgres",
                                "spring.cloud.stream.kafka.binder.brokers",
                                guarded ? broker.secureAddress() : broker.address(),
                                "spring.cloud.config.enabled",
                                "false",
                                "rivulet.artifacts.folder",
                                folder.resolve("artifacts").toString(),
                                "rivulet.catalog.registry-url",
                                "http://registry.test:7102")));
        context.addApplicationListener((ApplicationListener<ContextClosedEvent>) closed -> {
            if (closed.getApplicationContext().equals(context)) {
                stop(postgres, broker, folder);
            }
        });
    }

    private static void stop(EmbeddedPostgres postgres, Broker broker, Path folder) {
        try {
            broker.stop();
            postgres.close();
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new IllegalStateException("The platform of the test can't stop", e);
        }
    }
}
