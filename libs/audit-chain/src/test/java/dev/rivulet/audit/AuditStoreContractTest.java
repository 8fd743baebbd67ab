// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store of a log does. */
abstract class AuditStoreContractTest {

    /** An empty store. */
    abstract AuditStore store() throws IOException;

    @Test
    void linesComeBackInTheirOrder() throws IOException {
        AuditStore store = store();
        assertThat(store.tail()).isEqualTo(new AuditStore.Tail(0, null));
        assertThat(store.read(0, 10)).isEmpty();
        for (int i = 0; i < 5; i++) {
            assertThat(store.append(i, "line ü " + i)).isEqualTo(new AuditStore.Appended.Kept(i, "line ü " + i));
        }
        assertThat(store.tail()).isEqualTo(new AuditStore.Tail(5, "line ü 4"));
        assertThat(store.read(1, 2)).containsExactly("line ü 1", "line ü 2");
        assertThat(store.read(4, 9)).containsExactly("line ü 4");
        assertThat(store.read(5, 9)).isEmpty();
    }

    @Test
    void aWriterThatIsBehindOrAheadChangesNothing() throws IOException {
        AuditStore store = store();
        store.append(0, "first");
        assertThat(store.append(0, "late")).isEqualTo(new AuditStore.Appended.Conflict(1));
        assertThat(store.append(2, "early")).isEqualTo(new AuditStore.Appended.Conflict(1));
        assertThat(store.read(0, 9)).containsExactly("first");
    }

    @Test
    void ofWritersAtTheSamePlaceOneWins() throws Exception {
        AuditStore store = store();
        List<Callable<AuditStore.Appended>> writers = IntStream.range(0, 8)
                .<Callable<AuditStore.Appended>>mapToObj(i -> () -> store.append(0, "writer " + i))
                .toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            long kept = 0;
            for (Future<AuditStore.Appended> done : threads.invokeAll(writers)) {
                kept += done.get() instanceof AuditStore.Appended.Kept ? 1 : 0;
            }
            assertThat(kept).isEqualTo(1);
        }
        assertThat(store.tail().length()).isEqualTo(1);
    }
}
