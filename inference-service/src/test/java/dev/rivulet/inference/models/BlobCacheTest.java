// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.inference.RegistryStub;
import dev.rivulet.inference.models.BlobSource.Opened;
import dev.rivulet.inference.models.ModelManifest.File;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobCacheTest {

    private static final URI REGISTRY = URI.create("http://registry");

    @TempDir
    private Path folder;

    private final byte[] bytes = new byte[200_000];
    private final List<Long> offsets = new ArrayList<>();

    private File file() {
        return new File("model.safetensors", RegistryStub.sha256(bytes), bytes.length);
    }

    private BlobCache cache(byte[] served, int breakAt) {
        return new BlobCache(folder, (registry, sha256, offset) -> {
            offsets.add(offset);
            InputStream rest = new ByteArrayInputStream(served, Math.toIntExact(offset), served.length);
            return new Opened(breakAt < 0 ? rest : breaking(served, breakAt), offset);
        });
    }

    private static InputStream breaking(byte[] served, int at) {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }
        };
        return new SequenceInputStream(new ByteArrayInputStream(Arrays.copyOf(served, at)), broken);
    }

    @Test
    void aBlobIsFetchedOnceAndFoundAfterwards() throws IOException {
        Arrays.fill(bytes, (byte) 7);
        BlobCache cache = cache(bytes, -1);
        assertThat(cache.fetch(file(), REGISTRY)).hasBinaryContent(bytes);
        cache.fetch(file(), REGISTRY);
        assertThat(offsets).containsExactly(0L);
    }

    @Test
    void aDownloadThatBrokeOffGoesOnWhereItStopped() throws IOException {
        Arrays.fill(bytes, (byte) 8);
        assertThatThrownBy(() -> cache(bytes, 70_000).fetch(file(), REGISTRY)).hasMessageContaining("reset");
        assertThat(cache(bytes, -1).fetch(file(), REGISTRY)).hasBinaryContent(bytes);
        assertThat(offsets).hasSize(2);
        assertThat(offsets.get(1)).isEqualTo(70_000L);
    }

    @Test
    void aDownloadGoesOnByItselfWhereItBreaksAtEveryTenth() throws IOException {
        byte[] large = new byte[20 << 20];
        new Random(3).nextBytes(large);
        int tenth = large.length / 10;
        BlobCache cache = new BlobCache(folder, (registry, sha256, offset) -> {
            offsets.add(offset);
            byte[] rest = Arrays.copyOfRange(large, Math.toIntExact(offset), large.length);
            return new Opened(rest.length > tenth ? breaking(rest, tenth) : new ByteArrayInputStream(rest), offset);
        });
        File file = new File("model.safetensors", RegistryStub.sha256(large), large.length);
        assertThat(cache.fetch(file, REGISTRY)).hasBinaryContent(large);
        assertThat(offsets).hasSize(10).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void wrongBytesAreRefusedAndForgotten() throws IOException {
        byte[] wrong = bytes.clone();
        wrong[99_999] = 1;
        assertThatThrownBy(() -> cache(wrong, -1).fetch(file(), REGISTRY)).hasMessageContaining("expected");
        assertThat(cache(bytes, -1).fetch(file(), REGISTRY)).hasBinaryContent(bytes);
        assertThat(offsets).containsExactly(0L, 0L);
    }

    @Test
    void moreBytesThanAnnouncedAreNotTaken() {
        File small = new File("x", RegistryStub.sha256(bytes), 1000);
        assertThatThrownBy(() -> cache(bytes, -1).fetch(small, REGISTRY)).hasMessageContaining("more than 1000");
    }

    @Test
    void aBlobThatWasChangedOnDiskIsFetchedAgain() throws IOException {
        BlobCache cache = cache(bytes, -1);
        Path blob = cache.fetch(file(), REGISTRY);
        byte[] changed = bytes.clone();
        changed[5] = 9;
        Files.write(blob, changed);
        assertThat(cache.fetch(file(), REGISTRY)).hasBinaryContent(bytes);
        assertThat(offsets).hasSize(2);
    }

    @Test
    void theOldestUnusedBlobsGoFirst() throws IOException {
        Path blob = cache(bytes, -1).fetch(file(), REGISTRY);
        cache(bytes, -1).prune(10, Set.of(file().sha256()));
        assertThat(blob).exists();
        cache(bytes, -1).prune(10, Set.of());
        assertThat(blob).doesNotExist();
    }

    @Test
    void pathsDigestsAndNamesThatCouldEscapeAreRefused() {
        String digest = RegistryStub.sha256(bytes);
        for (String path :
                List.of("../x", "a/../../x", "/etc/passwd", "a\\b", "a//b", "", ".", "a/./b", "é", "x".repeat(256))) {
            assertThatThrownBy(() -> new File(path, digest, 1)).as(path).isInstanceOf(IllegalArgumentException.class);
        }
        for (String wrong :
                List.of("../../x", digest.substring(1), digest + "0", digest.toUpperCase(java.util.Locale.ROOT) + "")) {
            assertThatThrownBy(() -> new File("x", wrong, 1)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> manifest("../m", "1", "http://r")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> manifest("m", "../1", "http://r")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> manifest("m", "1", "file:///etc")).isInstanceOf(IllegalArgumentException.class);
    }

    private static ModelManifest manifest(String model, String version, String registry) {
        return new ModelManifest(new ModelVersion(model, version), "text-generation", List.of(), URI.create(registry));
    }
}
