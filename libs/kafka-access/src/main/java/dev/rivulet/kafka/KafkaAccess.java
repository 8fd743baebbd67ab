// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;

/**
 * Whether the brokers take this service for who it says it is, and it them: the health detail {@code kafkaAccess}, a part of
 * readiness. A refusal keeps a service from being ready, and running, with a line that says how to mend it; a broker that is merely
 * away does not, for facts wait in the outbox. Without security there is nothing to ask and nothing runs.
 */
final class KafkaAccess implements SmartLifecycle, HealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(KafkaAccess.class);
    private static final String TIMEOUT = "5000";
    private static final Duration AFTER_AN_ANSWER = Duration.ofMinutes(1);
    private static final Duration UNTIL_AN_ANSWER = Duration.ofSeconds(5);
    private static final Duration CLOSING = Duration.ofSeconds(1);

    private final Map<String, Object> settings;
    private final KafkaSecurity security;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Thread thread;
    private volatile @Nullable String refusal;
    private volatile boolean answered;

    KafkaAccess(Map<String, Object> settings, KafkaSecurity security) {
        this.settings = Map.copyOf(settings);
        this.security = security;
    }

    @Override
    public Health health() {
        String why = refusal;
        if (why != null) {
            return Health.down().withDetail("refused", why).build();
        }
        return Health.up()
                .withDetail("connection", security.toString())
                .withDetail("checked", answered)
                .build();
    }

    @Override
    public void start() {
        if (security.protocol() != KafkaSecurity.Protocol.PLAINTEXT && thread == null) {
            thread = Thread.ofPlatform().daemon().name("kafka-access").start(this::watch);
        }
    }

    @Override
    public void stop() {
        closed.countDown();
        Thread watching = thread;
        if (watching != null) {
            watching.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null && closed.getCount() > 0;
    }

    private void watch() {
        try {
            do {
                look();
            } while (!closed.await(
                    answered ? AFTER_AN_ANSWER.toMillis() : UNTIL_AN_ANSWER.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException | InterruptException e) {
            log.debug("Kafka is asked no more", e);
        }
    }

    /** Asks once. */
    void look() throws InterruptedException {
        try {
            ask();
            tell(null);
            answered = true;
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            if (e instanceof InterruptException) {
                throw new InterruptedException();
            }
            answered = false;
            // A broker that is away says nothing of a refusal that was told before.
            Refused.of(e, settings, security.username()).ifPresent(this::tell);
        }
    }

    private void ask() throws InterruptedException, ExecutionException, TimeoutException {
        Map<String, Object> asking = new HashMap<>(settings);
        asking.put("request.timeout.ms", TIMEOUT);
        asking.put("default.api.timeout.ms", TIMEOUT);
        Admin admin = Admin.create(asking);
        try {
            admin.describeCluster().nodes().get(Long.parseLong(TIMEOUT) * 2, TimeUnit.MILLISECONDS);
        } finally {
            admin.close(CLOSING);
        }
    }

    private void tell(@Nullable String why) {
        String before = refusal;
        refusal = why;
        if (why != null && !why.equals(before)) {
            log.error("{}", why);
        } else if (why == null && (before != null || !answered)) {
            log.info("Kafka takes this service as {}", security);
        }
    }
}
