// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.io.IOException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.FixedDelayTask;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;

/** Collects blobs and throws old uploads away, from time to time. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class CollectionSchedule implements SchedulingConfigurer {

    private static final Logger log = LoggerFactory.getLogger(CollectionSchedule.class);

    private final BlobCollector collector;
    private final Uploads uploads;
    private final BlobStore store;
    private final ArtifactsSettings settings;
    private final Clock clock;

    CollectionSchedule(
            BlobCollector collector, Uploads uploads, BlobStore store, ArtifactsSettings settings, Clock clock) {
        this.collector = collector;
        this.uploads = uploads;
        this.store = store;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void configureTasks(ScheduledTaskRegistrar registrar) {
        registrar.addFixedDelayTask(
                new FixedDelayTask(this::collect, settings.collectEvery(), settings.collectEvery()));
    }

    private void collect() {
        try {
            uploads.sweep();
            collector.collect(false);
            store.tidy(clock.instant().minus(settings.sessionExpiry()));
        } catch (IOException | RuntimeException e) {
            log.warn("Blobs can't be collected now: {}", e.toString());
        }
    }
}
