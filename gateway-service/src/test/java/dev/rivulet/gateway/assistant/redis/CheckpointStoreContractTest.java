// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.graph.CheckpointLimits;
import dev.rivulet.graph.CheckpointStore;
import dev.rivulet.graph.CheckpointStore.Claim;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What every store of checkpoints does. The implementations under test begin with nothing kept. */
abstract class CheckpointStoreContractTest {

    static final CheckpointLimits LIMITS = new CheckpointLimits(10, 25, Duration.ofMinutes(1));

    /** A store; two of the same test are two processes that share what lies in it. */
    abstract CheckpointStore store();

    @Test
    void whatOneKeepsAnotherFindsUnderTheSameKeyAlone() {
        CheckpointStore one = store();
        assertThat(answer(one.keep("job", "intent", bytes("first")))).isTrue();
        assertThat(answer(one.keep("job", "intent", bytes("second")))).isTrue();
        assertThat(answer(one.keep("job", "slots", new byte[] {0, -1, 13, 10}))).isTrue();

        Map<String, byte[]> found = found(store(), "job");
        assertThat(found).containsOnlyKeys("intent", "slots");
        assertThat(found.get("intent")).isEqualTo(bytes("second"));
        assertThat(found.get("slots")).containsExactly(0, -1, 13, 10);
        assertThat(found(store(), "jo")).isEmpty();
        assertThat(found(store(), "job2")).isEmpty();
        assertThat(found(store(), "*")).isEmpty();
    }

    @Test
    void whatIsTooLargeIsNotKeptAndWhatThereIsStays() {
        CheckpointStore store = store();
        assertThat(answer(store.keep("job", "a", bytes("1234567890")))).isTrue();
        assertThat(answer(store.keep("job", "a", bytes("12345678901")))).isFalse();
        assertThat(answer(store.keep("job", "b", bytes("1234567890")))).isTrue();
        assertThat(answer(store.keep("job", "c", bytes("123456")))).isFalse();
        assertThat(answer(store.keep("job", "b", bytes("12345")))).isTrue();
        assertThat(answer(store.keep("job", "c", bytes("1234567890")))).isTrue();
        assertThat(answer(store.keep("other", "c", bytes("1234567890")))).isTrue();

        assertThat(found(store, "job"))
                .containsOnlyKeys("a", "b", "c")
                .containsEntry("a", bytes("1234567890"))
                .containsEntry("b", bytes("12345"));
    }

    @Test
    void ofAllWhoAskAtOnceOneIsTheFirst() {
        List<CheckpointStore> stores = List.of(store(), store());
        List<CompletableFuture<Claim>> asked = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            asked.add(stores.get(i % 2).claim("job", "facts").toCompletableFuture());
        }
        assertThat(asked.stream().map(CheckpointStoreContractTest::answer).filter(Claim.FIRST::equals))
                .hasSize(1);
        assertThat(answer(store().claim("job", "other"))).isEqualTo(Claim.FIRST);
        assertThat(answer(store().claim("other", "facts"))).isEqualTo(Claim.FIRST);
        assertThat(found(store(), "job")).as("a claim is no value").isEmpty();
    }

    @Test
    void whatIsDroppedIsGoneButForWhatIsToStay() {
        CheckpointStore store = store();
        answer(store.claim("job", "facts"));
        answer(store.claim("job", "other"));
        for (String stage : List.of("intent", "facts")) {
            answer(store.keep("job", stage, bytes("1234567890")));
        }
        answer(store.drop("job", Set.of("facts", "never")));

        assertThat(found(store, "job")).containsOnlyKeys("facts");
        assertThat(answer(store.claim("job", "facts"))).isEqualTo(Claim.TAKEN);
        assertThat(answer(store.claim("job", "other"))).isEqualTo(Claim.FIRST);
        assertThat(answer(store.keep("job", "intent", bytes("1234567890"))))
                .as("there is room again")
                .isTrue();
        answer(store.drop("job", Set.of()));
        assertThat(found(store, "job")).isEmpty();
        assertThat(answer(store.claim("job", "facts"))).isEqualTo(Claim.FIRST);
        answer(store.drop("unknown", Set.of("facts")));
    }

    static Map<String, byte[]> found(CheckpointStore store, String key) {
        return answer(store.found(key)).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    static <T> T answer(CompletionStage<T> asked) {
        return asked.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
