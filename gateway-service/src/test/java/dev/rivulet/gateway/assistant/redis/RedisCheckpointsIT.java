// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.RealRedis;
import dev.rivulet.graph.CheckpointLimits;
import dev.rivulet.graph.CheckpointStore;
import dev.rivulet.graph.CheckpointStore.Claim;
import dev.rivulet.testsupport.Certificates.Identity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints in a real Redis server, which is stopped, held up and filled as a test likes. */
class RedisCheckpointsIT extends CheckpointStoreContractTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @TempDir
    private static Path folder;

    private static RealRedis redis;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<RedisCheckpoints> open = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        Identity.make(folder, "redis").write(folder, "redis");
        redis = RealRedis.withTls(folder);
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.ask(commands -> commands.flushall());
    }

    @AfterEach
    void close() {
        open.forEach(RedisCheckpoints::close);
    }

    @Override
    CheckpointStore store() {
        return store(redis.url(), RealRedis.PASSWORD, "", PATIENCE, LIMITS);
    }

    private RedisCheckpoints store(String url, String password, String ca, Duration patience, CheckpointLimits limits) {
        RedisProperties settings = new RedisProperties(url, "", password, ca, patience, Duration.ofSeconds(10), 1_000);
        RedisCheckpoints store = new RedisCheckpoints(new RedisLink(settings, System::nanoTime), limits, meters);
        open.add(store);
        return store;
    }

    private double counted(String operation, String outcome) {
        return meters.counter("rivulet.assistant.context", "operation", operation, "outcome", outcome)
                .count();
    }

    @Test
    void redisItselfForgetsWhatADeadGatewayHasLeft() {
        CheckpointLimits brief = new CheckpointLimits(10, 25, Duration.ofMillis(400));
        RedisCheckpoints store = store(redis.url(), RealRedis.PASSWORD, "", PATIENCE, brief);
        answer(store.keep("job", "intent", bytes("1")));
        answer(store.claim("claimed", "facts"));
        store.close();
        open.remove(store);

        await().until(() -> redis.ask(commands -> commands.dbsize()) == 0);
    }

    @Test
    void whatIsTooLargeIsCounted() {
        CheckpointStore store = store();
        answer(store.keep("job", "a", new byte[11]));
        answer(store.keep("job", "b", new byte[10]));
        answer(store.keep("job", "c", new byte[10]));
        answer(store.keep("job", "d", new byte[10]));

        assertThat(counted("keep", "too_large")).isEqualTo(2);
    }

    @Test
    void aServerThatDiesIsMissedAtOnceAndFoundAgainWhenItIsBack() {
        CheckpointStore store = store(redis.url(), RealRedis.PASSWORD, "", Duration.ofSeconds(10), LIMITS);
        answer(store.keep("job", "intent", bytes("1")));
        redis.stop();
        try {
            assertThatThrownBy(() -> answer(store.found("job"))).isNotNull();
            assertThatThrownBy(() -> answer(store.claim("job", "facts"))).isNotNull();
            assertThatThrownBy(() -> answer(store.keep("job", "a", bytes("1")))).isNotNull();
            assertThatThrownBy(() -> answer(store.drop("job", Set.of()))).isNotNull();
            assertThat(counted("claim", "failed")).isEqualTo(1);
        } finally {
            redis.startAgain();
        }
        await().until(() -> store.found("job")
                .handle((found, failure) -> failure == null && found.isEmpty())
                .toCompletableFuture()
                .get());
        assertThat(answer(store.claim("job", "facts"))).isEqualTo(Claim.FIRST);
    }

    @Test
    void aServerThatIsNotThereAtTheStartIsFoundWhenItComes() {
        redis.stop();
        CheckpointStore store = store();
        try {
            assertThatThrownBy(() -> answer(store.found("job"))).isNotNull();
        } finally {
            redis.startAgain();
        }
        await().until(() -> store.found("job")
                .handle((found, failure) -> failure == null)
                .toCompletableFuture()
                .get());
    }

    @Test
    void aServerThatIsHeldUpIsWaitedForSoLongAndNotLonger() {
        CheckpointStore store = store(redis.url(), RealRedis.PASSWORD, "", Duration.ofMillis(300), LIMITS);
        await().until(() -> store.found("job")
                .handle((found, failure) -> failure == null)
                .toCompletableFuture()
                .get());
        redis.ask(commands -> commands.clientPause(8_000));
        long before = System.nanoTime();
        assertThatThrownBy(() -> answer(store.found("job"))).isNotNull();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(7));
        redis.stop();
        redis.startAgain();
    }

    @Test
    void anotherPasswordIsRefused() {
        CheckpointStore store = store(redis.url(), "another", "", PATIENCE, LIMITS);
        assertThatThrownBy(() -> answer(store.found("job"))).isNotNull();
    }

    @Test
    void overTlsTheServerHasToShowACertificateThatIsTrusted() {
        String ca = folder.resolve("redis.crt").toString();
        CheckpointStore trusting = store(redis.tlsUrl(), RealRedis.PASSWORD, ca, PATIENCE, LIMITS);
        answer(trusting.keep("job", "intent", bytes("1")));
        assertThat(found(trusting, "job")).containsOnlyKeys("intent");

        CheckpointStore doubting = store(redis.tlsUrl(), RealRedis.PASSWORD, "", PATIENCE, LIMITS);
        assertThatThrownBy(() -> answer(doubting.found("job"))).isNotNull();
    }
}
