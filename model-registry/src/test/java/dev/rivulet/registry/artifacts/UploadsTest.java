// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.Client;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

class UploadsTest {

    /** What seals uploads; null if nothing does. */
    protected @Nullable KeyRing keys() throws IOException {
        return null;
    }

    @TempDir
    private Path folder;

    private final MutableClock clock = new MutableClock();
    private final MemoryBackend backend = new MemoryBackend(clock);
    private final byte[] bytes = new byte[200_000];
    private Sha256 digest;
    private Uploads uploads;

    @BeforeEach
    void open() throws IOException {
        new Random(7).nextBytes(bytes);
        digest = new Sha256(Client.sha256(bytes));
        uploads = started();
    }

    private Uploads started() throws IOException {
        return started(TestSettings.of(folder));
    }

    private Uploads started(ArtifactsSettings settings) throws IOException {
        BlobStore store = new BlobStore(backend, settings.incoming(), keys());
        return new Uploads(
                store,
                new BlobClaims(store, new MemoryLedger(), TransactionOperations.withoutTransaction(), settings, clock),
                settings,
                clock,
                JsonMapper.shared(),
                new SimpleMeterRegistry());
    }

    @Test
    void whatTheDiskHasNoRoomForIsNotBegunAndWhatIsUnderWayGoesOn() throws IOException {
        Upload half = going(digest, bytes.length);
        uploads.append(half.id(), 0, part(0, 100_000));
        long free = folder.toFile().getUsableSpace();
        uploads = started(TestSettings.of(folder, DataSize.ofBytes(free + (1L << 40))));

        assertThatThrownBy(() -> uploads.open(new Sha256("0".repeat(64)), 1))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().code()).isEqualTo(ProblemCode.STORE_UNAVAILABLE);
                    assertThat(e.problem().retryAfterSeconds()).isPresent();
                });
        assertThat(going(digest, bytes.length).offset()).isEqualTo(100_000);
        uploads.append(half.id(), 100_000, part(100_000, bytes.length));
        assertThat(uploads.finish(half.id()).isNew()).isTrue();
    }

    private Upload going(Sha256 digest, long size) throws IOException {
        return ((Upload.Opened.Going) uploads.open(digest, size)).upload();
    }

    private static UploadBody body(InputStream in) {
        return new UploadBody(in, () -> {});
    }

    private UploadBody part(int from, int to) {
        return body(new ByteArrayInputStream(Arrays.copyOfRange(bytes, from, to)));
    }

    private UploadBody broken(int from, int to) {
        InputStream reset = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }
        };
        return body(new SequenceInputStream(part(from, to).bytes(), reset));
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, ProblemCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(code));
    }

    @Test
    void piecesBecomeABlobAlsoWhereTheConnectionBreaksBetweenThem() throws IOException {
        UUID id = going(digest, bytes.length).id();

        assertThat(uploads.append(id, 0, part(0, 50_000)).offset()).isEqualTo(50_000);
        assertThatThrownBy(() -> uploads.append(id, 50_000, broken(50_000, 120_000)))
                .hasMessageContaining("reset");
        assertThat(uploads.get(id).offset()).isEqualTo(120_000);
        uploads.append(id, 120_000, part(120_000, bytes.length));

        assertThat(uploads.finish(id).isNew()).isTrue();
        try (InputStream kept = ((Upload.Opened.Present) uploads.open(digest, bytes.length))
                .blob()
                .open(0)) {
            assertThat(kept.readAllBytes()).isEqualTo(bytes);
        }
        assertRefused(() -> uploads.get(id), ProblemCode.NOT_FOUND);
        assertThat(incoming()).isZero();
    }

    @Test
    void anUploadGoesOnAfterTheRegistryStartedAgain() throws IOException {
        Upload before = going(digest, bytes.length);
        uploads.append(before.id(), 0, part(0, 77_777));

        uploads = started();

        Upload.Opened.Going again = (Upload.Opened.Going) uploads.open(digest, bytes.length);
        assertThat(again.isNew()).isFalse();
        assertThat(again.upload().id()).isEqualTo(before.id());
        assertThat(again.upload().offset()).isEqualTo(77_777);
        uploads.append(before.id(), 77_777, part(77_777, bytes.length));
        assertThat(uploads.finish(before.id()).isNew()).isTrue();
    }

    @Test
    void halfASessionThatACrashLeftIsPassedOver() throws IOException {
        Path incoming = folder.resolve("incoming");
        Files.writeString(incoming.resolve(UUID.randomUUID() + ".upload"), "{\"sha256\":\"");
        Files.writeString(incoming.resolve("no-uuid.upload"), "{}");
        uploads = started();
        assertThat(uploads.open(digest, 10)).isInstanceOf(Upload.Opened.Going.class);
    }

    @Test
    void aPieceFromAnotherPlaceIsRefusedAndNothingIsLost() throws IOException {
        UUID id = going(digest, bytes.length).id();
        uploads.append(id, 0, part(0, 1000));
        assertRefused(() -> uploads.append(id, 999, part(999, 2000)), ProblemCode.CONFLICT);
        assertRefused(() -> uploads.append(id, 1001, part(1001, 2000)), ProblemCode.CONFLICT);
        assertRefused(() -> uploads.finish(id), ProblemCode.CONFLICT);
        assertThat(uploads.get(id).offset()).isEqualTo(1000);
    }

    @Test
    void aFlippedBitIsCaughtAndTheUploadThrownAway() throws IOException {
        UUID id = going(digest, bytes.length).id();
        bytes[123_456] ^= 4;
        uploads.append(id, 0, part(0, bytes.length));
        assertRefused(() -> uploads.finish(id), ProblemCode.DIGEST_MISMATCH);
        assertRefused(() -> uploads.get(id), ProblemCode.NOT_FOUND);
        assertThat(backend.objects()).isEmpty();
        assertThat(incoming()).isZero();
    }

    @Test
    void whatCountsIsWhatLiesOnTheDiskNotWhatPassedBy() throws IOException {
        UUID id = going(digest, bytes.length).id();
        uploads.append(id, 0, part(0, bytes.length));
        Path staged = folder.resolve("incoming").resolve(id + ".bytes");
        byte[] lying = Files.readAllBytes(staged);
        lying[lying.length / 2] ^= 4;
        Files.write(staged, lying);

        assertThatThrownBy(() -> uploads.finish(id)).isInstanceOfAny(ProblemException.class, IOException.class);
        assertThat(backend.objects()).isEmpty();
    }

    @Test
    void moreBytesThanAnnouncedAreLeftOut() throws IOException {
        UUID id = going(digest, 1000).id();
        assertRefused(() -> uploads.append(id, 0, part(0, 2000)), ProblemCode.REQUEST_TOO_LARGE);
        assertThat(uploads.get(id).offset()).isEqualTo(1000);
    }

    @Test
    void uploadsAreBoundedInNumberAndBytesAndOldOnesMakeRoom() throws IOException {
        assertRefused(() -> uploads.open(digest, 400 << 10), ProblemCode.REQUEST_TOO_LARGE);
        going(digest, 250 << 10);
        assertRefused(() -> uploads.open(digest, 300 << 10), ProblemCode.QUEUE_FULL);
        long files = incoming();
        going(digest, 1);
        going(digest, 2);
        assertRefused(() -> uploads.open(digest, 3), ProblemCode.QUEUE_FULL);

        clock.advance(Duration.ofMinutes(61));

        assertThat(going(digest, 300 << 10).offset()).isZero();
        assertThat(incoming()).isEqualTo(files);
    }

    @Test
    void anUploadThatIsGivenUpLeavesNothing() throws IOException {
        UUID id = going(digest, bytes.length).id();
        uploads.append(id, 0, part(0, 1000));
        uploads.abandon(id);
        assertThat(incoming()).isZero();
        assertRefused(() -> uploads.append(id, 0, part(0, 1000)), ProblemCode.NOT_FOUND);
    }

    @Test
    void aNewerRequestEndsTheOneThatHangs() throws Exception {
        UUID id = going(digest, bytes.length).id();
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        InputStream hanging = new InputStream() {
            @Override
            public int read() {
                reading.countDown();
                try {
                    stopped.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return -1;
            }
        };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Upload> old = threads.submit(() -> uploads.append(
                    id, 0, new UploadBody(new SequenceInputStream(part(0, 10).bytes(), hanging), stopped::countDown)));
            reading.await();
            assertThatThrownBy(() -> uploads.append(id, 0, part(0, 5))).hasMessageContaining("from there on");
            assertThat(old.get().offset()).isEqualTo(10);
        }
        assertThat(uploads.append(id, 10, part(10, 20)).offset()).isEqualTo(20);
    }

    private long incoming() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("incoming"))) {
            return files.count();
        }
    }
}
