// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.registry.Client;
import dev.rivulet.registry.artifacts.BlobCollector.Collection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.transaction.support.TransactionOperations;

class BlobCollectorTest {

    @TempDir
    private Path folder;

    private final MutableClock clock = new MutableClock();
    private final MemoryBackend backend = new MemoryBackend(clock);
    private final MemoryLedger ledger = new MemoryLedger();
    private final Set<Sha256> named = new HashSet<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private BlobStore store;
    private BlobClaims claims;
    private BlobCollector collector;

    @BeforeEach
    void open() throws IOException {
        store = new BlobStore(backend, folder, null);
        TransactionOperations transactions = TransactionOperations.withoutTransaction();
        claims = new BlobClaims(store, ledger, transactions, TestSettings.of(folder), clock);
        collector = new BlobCollector(
                store, ledger, List.of(this::named), transactions, TestSettings.of(folder), clock, meters);
    }

    private Set<Sha256> named(java.util.Collection<Sha256> blobs) {
        Set<Sha256> among = new HashSet<>(named);
        among.retainAll(blobs);
        return among;
    }

    private Sha256 put(String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        Sha256 digest = new Sha256(Client.sha256(bytes));
        store.put(digest, new ByteArrayInputStream(bytes), 1000);
        return digest;
    }

    @Test
    void aBlobThatIsCollectedBetweenFindingAndReadingItIsNone() throws IOException {
        Blob read = store.find(put("read in time")).orElseThrow();
        assertThat(store.head(read, 4))
                .hasValueSatisfying(head -> assertThat(head).asString(UTF_8).isEqualTo("read"));

        backend.beforeOpening(backend::delete);

        assertThat(store.head(read, 4)).isEmpty();
        assertThat(store.find(read.digest())).isEmpty();
    }

    @Test
    void bytesThatAreGoneThoughTheirBlobIsThereAreAFault() throws IOException {
        Blob lost = store.find(put("lost by the disk")).orElseThrow();
        backend.objects().remove(lost.digest().hex());

        assertThatThrownBy(() -> store.head(lost, 4)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void whatNoVersionNamesGoesAfterTheGraceTimeAndNotBefore() throws IOException {
        Sha256 kept = put("named by a version");
        Sha256 lost = put("named by none");
        named.add(kept);

        clock.advance(Duration.ofHours(23));
        assertThat(collector.collect(false).collected()).isZero();
        clock.advance(Duration.ofHours(2));
        Sha256 young = put("sent just now");

        assertThat(collector.collect(true)).isEqualTo(new Collection(true, 3, 1, 13, java.util.List.of(lost.hex())));
        assertThat(store.find(lost)).isPresent();
        assertThat(collector.collect(false).collected()).isEqualTo(1);
        assertThat(store.find(lost)).isEmpty();
        assertThat(store.find(kept)).isPresent();
        assertThat(store.find(young)).isPresent();
        assertThat(meters.counter("rivulet.registry.blobs.collected").count()).isEqualTo(1);
        assertThat(meters.counter("rivulet.registry.blobs.collected.size").count())
                .isEqualTo(13);
    }

    @Test
    void aBlobThatWasAskedForStaysForTheGraceTimeAnew() throws IOException {
        Sha256 digest = put("asked for");
        clock.advance(Duration.ofHours(20));
        assertThat(claims.claim(digest)).isPresent();
        clock.advance(Duration.ofHours(20));
        assertThat(collector.collect(false).collected()).isZero();
        clock.advance(Duration.ofHours(6));
        assertThat(collector.collect(false).collected()).isEqualTo(1);
        assertThat(claims.claim(digest)).isEmpty();
    }

    @Test
    void whoAsksAgainAndAgainWritesOnceAnHourAndTheBlobStaysTheWholeGraceTimeAfterTheLast() throws IOException {
        Sha256 digest = put("asked for by many");
        clock.advance(Duration.ofHours(23));
        for (int asked = 0; asked < 60; asked++) {
            clock.advance(Duration.ofMinutes(1).minusSeconds(1));
            assertThat(claims.claim(digest)).isPresent();
        }
        assertThat(ledger.writes()).isEqualTo(1);
        clock.advance(Duration.ofHours(24).minusSeconds(1));
        assertThat(collector.collect(false).collected()).isZero();
        assertThat(claims.claim(digest)).isPresent();
        assertThat(ledger.writes()).isEqualTo(2);
        clock.advance(Duration.ofHours(26));
        assertThat(collector.collect(false).collected()).isEqualTo(1);
        assertThat(claims.claim(digest)).isEmpty();
        assertThat(ledger.writes()).isEqualTo(2);
    }

    @Test
    void manyBlobsAreGoneThroughPageByPage() throws IOException {
        for (int i = 0; i < 260; i++) {
            Sha256 digest = put("blob " + i);
            if (i % 2 == 0) {
                named.add(digest);
            }
        }
        clock.advance(Duration.ofDays(2));
        Collection done = collector.collect(false);
        assertThat(done.examined()).isEqualTo(260);
        assertThat(done.collected()).isEqualTo(130);
        assertThat(done.blobs()).hasSize(100);
        assertThat(backend.objects()).hasSize(130);
    }
}
