package dev.rivulet.registry.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.Client;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        store = new BlobStore(backend, folder.resolve("incoming"), keys(folder));
    }

    /** What seals blobs; null if nothing does. */
    protected @Nullable KeyRing keys(Path folder) throws IOException {
        return null;
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
        assertThat(blob.head(10)).isEqualTo(java.util.Arrays.copyOf(bytes, 10));
        for (int offset : new int[] {0, 1, 65_535, 65_536, 65_537, 131_072, 300_000, 300_001}) {
            assertThat(read(bytes, offset)).isEqualTo(java.util.Arrays.copyOfRange(bytes, offset, bytes.length));
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

    private List<Path> incoming() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("incoming"))) {
            return files.toList();
        }
    }
}
