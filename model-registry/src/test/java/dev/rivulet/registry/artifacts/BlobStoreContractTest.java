// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.Client;
import dev.rivulet.registry.artifacts.BlobBackend.Kept;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.json.JsonMapper;

/** What a blob store promises, whatever lies below it. */
public abstract class BlobStoreContractTest {

    private static final long MUCH = 1L << 30;

    @TempDir
    private Path folder;

    private BlobBackend backend;
    private BlobStore store;

    /** A new and empty backend. */
    protected abstract BlobBackend backend(Path folder) throws IOException;

    @BeforeEach
    void open() throws IOException {
        backend = backend(folder);
        store = store();
    }

    private BlobStore store() throws IOException {
        return new BlobStore(
                backend, TestSettings.of(folder).incoming(), isSealed() ? Keys.ring(folder, "2026-11") : null);
    }

    /** Whether blobs are sealed. */
    protected boolean isSealed() {
        return false;
    }

    private static byte[] bytes(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static Sha256 digest(byte[] bytes) {
        return new Sha256(Client.sha256(bytes));
    }

    private BlobStore.Stored put(byte[] bytes) throws IOException {
        return store.put(digest(bytes), new ByteArrayInputStream(bytes), MUCH);
    }

    private byte[] read(byte[] bytes, long offset) throws IOException {
        try (InputStream in = store.find(digest(bytes)).orElseThrow().open(offset)) {
            return in.readAllBytes();
        }
    }

    @Test
    void aBlobIsReadBackFromAnyPlaceOn() throws IOException {
        byte[] bytes = bytes(1, 300_001);
        Instant before = Instant.now().minusSeconds(60);

        assertThat(put(bytes).isNew()).isTrue();

        Blob blob = store.find(digest(bytes)).orElseThrow();
        assertThat(blob.size()).isEqualTo(bytes.length);
        assertThat(blob.keptAt()).isAfter(before);
        assertThat(blob.head(10)).isEqualTo(Arrays.copyOf(bytes, 10));
        for (int offset : new int[] {0, 1, 65_535, 65_536, 65_537, 131_072, 300_000, 300_001}) {
            assertThat(read(bytes, offset)).isEqualTo(Arrays.copyOfRange(bytes, offset, bytes.length));
        }
    }

    @Test
    void blobsOfNoByteAndOfWholeBuffersAreBlobsToo() throws IOException {
        for (int size : new int[] {0, 1, 65_536, 131_072}) {
            byte[] bytes = bytes(size, size);
            put(bytes);
            assertThat(read(bytes, 0)).isEqualTo(bytes);
            assertThat(store.find(digest(bytes)).orElseThrow().size()).isEqualTo(size);
        }
    }

    @Test
    void equalBytesAreKeptOnce() throws IOException {
        byte[] bytes = "the same".getBytes(UTF_8);
        put(bytes);
        assertThat(put(bytes).isNew()).isFalse();
        assertThat(store.list("", 10)).hasSize(1);
    }

    @Test
    void whatHasAnotherDigestOrIsTooLargeIsNotKept() throws IOException {
        byte[] bytes = bytes(2, 1000);
        Sha256 other = digest(bytes(3, 1000));
        assertThatThrownBy(() -> store.put(other, new ByteArrayInputStream(bytes), MUCH))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("nothing is kept");
        assertThatThrownBy(() -> store.put(digest(bytes), new ByteArrayInputStream(bytes), 999))
                .isInstanceOf(ProblemException.class);
        assertThat(store.list("", 10)).isEmpty();
        assertThat(incoming()).isEmpty();
    }

    @Test
    void whatBreaksOffIsNotKept() throws IOException {
        InputStream broken = new InputStream() {
            private int left = 100_000;

            @Override
            public int read() throws IOException {
                if (left == 0) {
                    throw new IOException("connection reset");
                }
                left--;
                return 1;
            }
        };
        assertThatThrownBy(() -> store.put(digest(new byte[0]), broken, MUCH)).hasMessageContaining("reset");
        assertThat(store.list("", 10)).isEmpty();
        assertThat(incoming()).isEmpty();
    }

    @Test
    void aBlobThatIsDeletedIsGone() throws IOException {
        byte[] bytes = bytes(4, 70_000);
        put(bytes);
        assertThat(store.delete(digest(bytes))).isTrue();
        assertThat(store.delete(digest(bytes))).isFalse();
        assertThat(store.find(digest(bytes))).isEmpty();
        assertThatThrownBy(() -> backend.open(digest(bytes).hex(), 0)).isInstanceOf(NoSuchFileException.class);
        assertThat(put(bytes).isNew()).isTrue();
    }

    @Test
    void blobsAreListedInOrderPageByPage() throws IOException {
        List<String> digests = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            byte[] bytes = bytes(i, 10);
            put(bytes);
            digests.add(digest(bytes).hex());
        }
        List<String> listed = new ArrayList<>();
        List<Blob> page = store.list("", 5);
        while (!page.isEmpty()) {
            assertThat(page).hasSizeLessThanOrEqualTo(5);
            page.forEach(blob -> listed.add(blob.digest().hex()));
            page = store.list(listed.getLast(), 5);
        }
        assertThat(listed).isEqualTo(digests.stream().sorted().toList());
    }

    @Test
    void manyMayPutOneBlobAtOnce() throws Exception {
        byte[] bytes = bytes(5, 500_000);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<BlobStore.Stored>> puts = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                puts.add(threads.submit(() -> put(bytes)));
            }
            for (Future<BlobStore.Stored> put : puts) {
                assertThat(put.get().blob().size()).isEqualTo(bytes.length);
            }
        }
        assertThat(read(bytes, 0)).isEqualTo(bytes);
        assertThat(store.list("", 10)).hasSize(1);
    }

    @Test
    void anUploadGoesOnAfterTheRegistryStartedAgainAndBecomesABlob() throws IOException {
        byte[] bytes = bytes(6, 200_000);
        Uploads before = uploads();
        UUID id = ((Upload.Opened.Going) before.open(digest(bytes), bytes.length))
                .upload()
                .id();
        before.append(id, 0, part(bytes, 0, 77_777));

        store = store();
        Uploads after = uploads();

        assertThat(after.get(id).offset()).isEqualTo(77_777);
        after.append(id, 77_777, part(bytes, 77_777, bytes.length));
        assertThat(after.finish(id).isNew()).isTrue();
        assertThat(read(bytes, 0)).isEqualTo(bytes);
        assertThat(incoming()).isEmpty();
    }

    private Uploads uploads() throws IOException {
        return new Uploads(
                store,
                claims(),
                TestSettings.of(folder),
                Clock.systemUTC(),
                JsonMapper.shared(),
                new SimpleMeterRegistry());
    }

    private BlobClaims claims() {
        return new BlobClaims(
                store,
                new MemoryLedger(),
                TransactionOperations.withoutTransaction(),
                TestSettings.of(folder),
                Clock.systemUTC());
    }

    private static UploadBody part(byte[] bytes, int from, int to) {
        return new UploadBody(new ByteArrayInputStream(Arrays.copyOfRange(bytes, from, to)), () -> {});
    }

    @Test
    void aCollectionTakesWhatNobodyNamesAndLeavesTheRest() throws IOException {
        byte[] named = bytes(7, 80_000);
        byte[] lost = bytes(8, 80_000);
        put(named);
        put(lost);
        BlobReferences references = blobs -> blobs.contains(digest(named)) ? Set.of(digest(named)) : Set.of();
        BlobCollector collector = new BlobCollector(
                store,
                new MemoryLedger(),
                List.of(references),
                TransactionOperations.withoutTransaction(),
                TestSettings.of(folder),
                Clock.offset(Clock.systemUTC(), Duration.ofDays(2)),
                new SimpleMeterRegistry());

        assertThat(collector.collect(false).blobs())
                .containsExactly(digest(lost).hex());

        assertThat(store.find(digest(lost))).isEmpty();
        assertThat(backend.list("", 10)).hasSize(isSealed() ? 2 : 1);
        assertThat(read(named, 0)).isEqualTo(named);
    }

    @Test
    void aBlobThatWasChangedWhereItLiesIsNeverReadToItsEnd() throws IOException {
        byte[] bytes = bytes(9, 200_000);
        put(bytes);
        Kept kept = backend.list("", 10).stream()
                .filter(each -> !each.name().endsWith(".key"))
                .findFirst()
                .orElseThrow();
        Path changed = folder.resolve("changed");
        try (InputStream in = backend.open(kept.name(), 0)) {
            byte[] stored = in.readAllBytes();
            stored[stored.length / 2] ^= 4;
            Files.write(changed, stored);
        }
        backend.put(kept.name(), changed);

        assertThatThrownBy(() -> read(bytes, 0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("was changed where it lies");
    }

    @Test
    void aStoreThatIsThereSaysSoAndNothingHalfIsLeftInIt() throws IOException {
        backend.check();
        put(bytes(10, 1000));
        store.tidy(Instant.now().plusSeconds(60));
        assertThat(read(bytes(10, 1000), 0)).hasSize(1000);
    }

    private List<Path> incoming() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("incoming"))) {
            return files.toList();
        }
    }
}
