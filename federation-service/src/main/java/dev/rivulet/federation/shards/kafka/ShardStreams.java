// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.shards.kafka;

import dev.rivulet.events.KafkaAcls;
import dev.rivulet.events.Topic;
import dev.rivulet.federation.shards.ShardsSettings;
import dev.rivulet.topics.CatalogueTopics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.FileSystemUtils;

/** This instance's part of the sums, from its start to its end, whether the broker is there or not. */
final class ShardStreams implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(ShardStreams.class);
    private static final long AGAIN_MILLIS = 2000;
    private static final Duration CLOSING = Duration.ofSeconds(5);
    private static final long CACHE = 32L << 20;

    private final Map<String, Object> connection;
    private final ShardsSettings settings;
    private final Clock clock;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Thread thread;

    ShardStreams(Map<String, Object> connection, ShardsSettings settings, Clock clock) {
        this.connection = Map.copyOf(connection);
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void start() {
        thread = Thread.ofPlatform().daemon().name("shards").start(this::run);
    }

    /** Until topics are there nothing can be read from them. */
    private void run() {
        String last = "";
        while (ended.getCount() > 0) {
            try {
                new CatalogueTopics("federation-service", connection, (short) -1).make();
                sum();
                return;
            } catch (IOException | RuntimeException e) {
                if (!e.toString().equals(last)) {
                    log.warn("This instance sums no shards at present, and will again: {}", e.toString());
                }
                last = e.toString();
            }
            waited(AGAIN_MILLIS);
        }
    }

    /** Its folder is a lock and no more: what is remembered is in memory and in a topic. */
    private void sum() throws IOException {
        Path folder = Files.createTempDirectory("rivulet-shards");
        try (KafkaStreams streams = new KafkaStreams(ShardTopology.of(clock, settings.keep()), properties(folder))) {
            streams.setUncaughtExceptionHandler(e -> {
                log.warn("A thread of the sums ended and is replaced: {}", e.toString());
                return StreamThreadExceptionResponse.REPLACE_THREAD;
            });
            streams.start();
            waited(Long.MAX_VALUE);
            streams.close(CLOSING);
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    private void waited(long millis) {
        try {
            ended.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            ended.countDown();
        }
    }

    private Properties properties(Path folder) {
        Map<String, Object> all = new HashMap<>(connection);
        all.put(StreamsConfig.APPLICATION_ID_CONFIG, KafkaAcls.SUMS);
        all.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        all.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
        all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, settings.commit().toMillis());
        all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, CACHE);
        all.put(StreamsConfig.consumerPrefix("session.timeout.ms"), millis(settings.silence()));
        all.put(
                StreamsConfig.consumerPrefix("heartbeat.interval.ms"),
                millis(settings.silence().dividedBy(4)));
        all.put(StreamsConfig.producerPrefix("transaction.timeout.ms"), millis(settings.transaction()));
        all.put(StreamsConfig.producerPrefix("max.request.size"), Topic.MOST_BYTES);
        all.put(StreamsConfig.producerPrefix("linger.ms"), 0);
        Properties properties = new Properties();
        properties.putAll(all);
        return properties;
    }

    private static int millis(Duration time) {
        return Math.toIntExact(time.toMillis());
    }

    @Override
    public void stop() {
        ended.countDown();
        Thread ending = thread;
        try {
            if (ending != null && !ending.join(CLOSING.multipliedBy(2))) {
                ending.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
