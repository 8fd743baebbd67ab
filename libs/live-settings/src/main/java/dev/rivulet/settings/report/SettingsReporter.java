// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.settings.report;

import dev.rivulet.settings.SettingsBinder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Reports when the service is ready and after every refresh, once config-server has something published for it: with files alone
 * nothing is sent. On a thread of its own, for a broker that is away holds up whoever sends; while one report waits there the next
 * takes its place, since each is made as it goes.
 */
final class SettingsReporter implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(SettingsReporter.class);
    private static final Bindable<Map<String, Map<String, Long>>> REVISIONS =
            Bindable.of(ResolvableType.forClassWithGenerics(
                    Map.class,
                    ResolvableType.forClass(String.class),
                    ResolvableType.forClassWithGenerics(Map.class, String.class, Long.class)));

    private final Environment environment;
    private final SettingsBinder settings;
    private final ApplicationEventPublisher bus;
    private final String instance;
    private final ThreadPoolExecutor sender = new ThreadPoolExecutor(
            0,
            1,
            5,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(1),
            Thread.ofPlatform().daemon().name("settings-report-", 0).factory(),
            new ThreadPoolExecutor.DiscardOldestPolicy());

    SettingsReporter(Environment environment, SettingsBinder settings, ApplicationEventPublisher bus, String instance) {
        this.environment = environment;
        this.settings = settings;
        this.bus = bus;
        this.instance = instance;
    }

    @EventListener(ApplicationReadyEvent.class)
    void onReady() {
        report();
    }

    /** After the settings have been read. */
    @EventListener(EnvironmentChangeEvent.class)
    @Order(Ordered.LOWEST_PRECEDENCE)
    void onChange() {
        report();
    }

    @Override
    public void destroy() {
        sender.shutdownNow();
    }

    private void report() {
        if (!revisions().isEmpty()) {
            sender.execute(this::send);
        }
    }

    private void send() {
        try {
            bus.publishEvent(new SettingsReport(
                    this,
                    instance,
                    environment.getProperty("spring.application.name", "application"),
                    profiles(),
                    revisions(),
                    settings.refusals()));
        } catch (RuntimeException e) {
            log.warn("config-server was not told what is applied; the next refresh tells it: {}", e.getMessage());
        }
    }

    private Map<String, Map<String, Long>> revisions() {
        return Binder.get(environment)
                .bind("rivulet.config.revisions", REVISIONS)
                .orElse(Map.of());
    }

    private List<String> profiles() {
        String asked = environment.getProperty("spring.cloud.config.profile", "");
        return asked.isBlank()
                ? List.of(environment.getActiveProfiles())
                : Arrays.stream(asked.split(",")).map(String::strip).toList();
    }
}
