// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.graph.CheckpointStore;
import dev.rivulet.graph.CheckpointStore.Claim;
import dev.rivulet.graph.MemoryCheckpoints;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryCheckpointsTest extends CheckpointStoreContractTest {

    private final AtomicLong now = new AtomicLong();
    private final MemoryCheckpoints store = new MemoryCheckpoints(LIMITS, 1_000, now::get);

    @Override
    CheckpointStore store() {
        return store;
    }

    @Test
    void whatIsTooOldIsGone() {
        answer(store.keep("job", "intent", bytes("1")));
        now.addAndGet(Duration.ofSeconds(59).toNanos());
        answer(store.claim("job", "facts"));
        now.addAndGet(Duration.ofSeconds(59).toNanos());
        assertThat(found(store, "job")).containsOnlyKeys("intent");
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(found(store, "job")).isEmpty();
        assertThat(answer(store.claim("job", "facts"))).isEqualTo(Claim.FIRST);
    }

    @Test
    void whereItIsFullTheOldestJobGoes() {
        for (int job = 0; job < 10; job++) {
            answer(store.keep("job-" + job, "intent", bytes("1")));
            assertThat(store.held()).isLessThanOrEqualTo(1_000);
        }
        assertThat(found(store, "job-0")).isEmpty();
        assertThat(found(store, "job-9")).containsOnlyKeys("intent");
        for (int job = 0; job < 10; job++) {
            answer(store.drop("job-" + job, Set.of()));
        }
        assertThat(store.held()).isZero();
    }
}
