// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.registry.Client;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealingTest {

    private static final int SEGMENT = Segments.SEALED;

    @TempDir
    private Path folder;

    private final MemoryBackend backend = new MemoryBackend(Clock.systemUTC());

    private BlobStore store(@Nullable KeyRing keys) throws IOException {
        return new BlobStore(backend, folder.resolve("incoming"), keys);
    }

    private static byte[] text(int size) {
        return "a sentence that nobody may read "
                .repeat(size / 32 + 1)
                .substring(0, size)
                .getBytes(UTF_8);
    }

    private static Sha256 put(BlobStore store, byte[] bytes) throws IOException {
        Sha256 digest = new Sha256(Client.sha256(bytes));
        store.put(digest, new ByteArrayInputStream(bytes), 1 << 24);
        return digest;
    }

    private static byte[] read(BlobStore store, Sha256 digest) throws IOException {
        try (InputStream in = store.find(digest).orElseThrow().open(0)) {
            return in.readAllBytes();
        }
    }

    @Test
    void noByteOfABlobOrAKeyLiesOpen() throws IOException {
        put(store(Keys.ring(folder, "one")), text(200_000));
        assertThat(backend.objects()).hasSize(2);
        for (byte[] object : backend.objects().values()) {
            assertThat(new String(object, UTF_8)).doesNotContain("sentence");
        }
        put(store(null), text(10));
        assertThat(backend.objects()).hasSize(3);
    }

    @Test
    void blobsFromBeforeThereWereKeysAreReadOn() throws IOException {
        byte[] bytes = text(1000);
        Sha256 digest = put(store(null), bytes);
        BlobStore sealing = store(Keys.ring(folder, "one"));
        assertThat(read(sealing, digest)).isEqualTo(bytes);
        assertThat(sealing.find(digest).orElseThrow().size()).isEqualTo(1000);
        assertThat(put(sealing, bytes)).isEqualTo(digest);
        assertThat(backend.objects()).hasSize(1);
    }

    @Test
    void withoutItsKeyABlobIsNotReadAndTheMessageNamesTheKey() throws IOException {
        Sha256 digest = put(store(Keys.ring(folder, "one")), text(1000));
        BlobStore without = store(Keys.ring(folder, "two"));
        assertThatThrownBy(() -> read(without, digest)).hasMessageContaining("the key 'one'");
        assertThatThrownBy(() -> read(store(null), digest)).hasMessageContaining("no keys are set");
    }

    @Test
    void rotationWrapsTheDataKeysAnewAndLeavesTheBytes() throws IOException {
        byte[] bytes = text(150_000);
        KeyRing ring = Keys.ring(folder, "old");
        BlobStore store = store(ring);
        Sha256 digest = put(store, bytes);
        byte[] sealed = backend.object(digest.hex() + ".sealed").clone();

        Keys.write(folder, "new", "old");
        assertThat(store.rewrap()).isEqualTo(1);
        assertThat(store.rewrap()).isZero();
        Keys.write(folder, "new");

        assertThat(backend.object(digest.hex() + ".sealed")).isEqualTo(sealed);
        assertThat(read(store(KeyRing.read(folder.resolve("blob.keys"), new SecureRandom())), digest))
                .isEqualTo(bytes);
    }

    @Test
    void aSealedBlobThatIsChangedInAnyWayDoesNotOpen() throws IOException {
        BlobStore store = store(Keys.ring(folder, "one"));
        Sha256 digest = put(store, text(200_000));
        String name = digest.hex() + ".sealed";
        byte[] good = backend.object(name).clone();
        List<UnaryOperator<byte[]>> changes = List.of(
                flipped(0),
                flipped(Segments.HEADER),
                flipped(Segments.HEADER + 100),
                flipped(good.length - 1),
                raw -> swapped(raw, 0, 1),
                raw -> copied(raw, 1, 0),
                raw -> Arrays.copyOf(raw, Segments.HEADER + 3 * SEGMENT),
                raw -> Arrays.copyOf(raw, Segments.HEADER + SEGMENT),
                raw -> Arrays.copyOf(raw, raw.length - 1),
                raw -> Arrays.copyOf(raw, raw.length + 1));
        for (UnaryOperator<byte[]> change : changes) {
            lay(name, change.apply(good.clone()));
            assertThatThrownBy(() -> read(store, digest)).isInstanceOf(IOException.class);
        }
        lay(name, good);
        assertThat(read(store, digest)).isEqualTo(text(200_000));
    }

    @Test
    void theBytesOrTheKeyOfAnotherBlobDoNotOpen() throws IOException {
        BlobStore store = store(Keys.ring(folder, "one"));
        Sha256 first = put(store, text(100_000));
        Sha256 second = put(store, text(100_001));
        new TreeMap<>(backend.objects()).forEach((name, bytes) -> {
            if (name.startsWith(first.hex())) {
                lay(name.replace(first.hex(), second.hex()), bytes);
            }
        });
        assertThatThrownBy(() -> read(store, second)).hasMessageContaining("tampered");
    }

    @Test
    void filesOfKeysAreReadStrictlyAndNoMessageTellsAKey() throws IOException {
        Path file = folder.resolve("k");
        for (String wrong : List.of("", "one", "one:!", "one:c2hvcnQtc2VjcmV0", "a b:" + "A".repeat(44))) {
            Files.writeString(file, wrong);
            assertThatThrownBy(() -> KeyRing.read(file, new SecureRandom()))
                    .isInstanceOf(IOException.class)
                    .hasMessageNotContaining("c2hvcnQ");
        }
    }

    private void lay(String name, byte[] bytes) {
        try {
            Path file = Files.write(folder.resolve("laid"), bytes);
            backend.put(name, file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static UnaryOperator<byte[]> flipped(int at) {
        return raw -> {
            raw[at] ^= 1;
            return raw;
        };
    }

    private static byte[] swapped(byte[] sealed, int one, int other) {
        byte[] changed = copied(sealed, one, other);
        System.arraycopy(sealed, (int) Segments.position(other), changed, (int) Segments.position(one), SEGMENT);
        return changed;
    }

    private static byte[] copied(byte[] sealed, int from, int to) {
        byte[] changed = sealed.clone();
        System.arraycopy(sealed, (int) Segments.position(from), changed, (int) Segments.position(to), SEGMENT);
        return changed;
    }
}
