// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.usage;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.FixedDelayTask;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;

/** Forgets days that are older than they are kept, every hour, so many at once that no reader waits for it. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class UsageRetention implements SchedulingConfigurer {

    /** Rows of one transaction. */
    static final int AT_ONCE = 5_000;

    private static final Logger log = LoggerFactory.getLogger(UsageRetention.class);
    private static final int MOST_TIMES = 200;
    private static final Duration EVERY = Duration.ofHours(1);
    private static final Duration FIRST = Duration.ofMinutes(1);

    private final UsageStore usage;
    private final UsageSettings settings;
    private final Clock clock;

    UsageRetention(UsageStore usage, UsageSettings settings, Clock clock) {
        this.usage = usage;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void configureTasks(ScheduledTaskRegistrar registrar) {
        registrar.addFixedDelayTask(new FixedDelayTask(this::expire, EVERY, FIRST));
    }

    /** Forgets what is due, a million rows at most; what is left goes the next time. */
    void expire() {
        LocalDate before = LocalDate.ofInstant(clock.instant().minus(settings.keep()), ZoneOffset.UTC);
        try {
            int gone = AT_ONCE;
            for (int times = 0; times < MOST_TIMES && gone == AT_ONCE; times++) {
                gone = usage.expire(before, AT_ONCE);
            }
        } catch (RuntimeException e) {
            log.warn("Old days of usage can't be forgotten now: {}", e.toString());
        }
    }
}
