// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A log written for a test by a federation of its own, an entry every twenty seconds. */
final class WrittenLog {

    static final Instant BEGIN = Instant.parse("2026-11-02T09:00:00Z");
    static final String SETTINGS = "5e".repeat(32);

    private static final Pseudonyms PSEUDONYMS = new Pseudonyms(new byte[32]);

    final MemoryAuditStore store = new MemoryAuditStore();
    final AtomicReference<Instant> now = new AtomicReference<>(BEGIN);
    KeyPair pair = pair();
    private KeyPair next = pair;
    final AuditKey first = AuditKey.of(pair.getPublic());

    static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A device's pseudonym. */
    static String device(int number) {
        return PSEUDONYMS.of("device-" + number);
    }

    static String digest(String version) {
        return Text.sha256(version.getBytes(StandardCharsets.UTF_8));
    }

    WrittenLog add(AuditEvent event) {
        try {
            if (!(log().append(event) instanceof AuditStore.Appended.Kept)) {
                throw new IllegalStateException("nobody else writes");
            }
            now.updateAndGet(time -> time.plus(Duration.ofSeconds(20)));
            if (event instanceof AuditEvent.KeyRotated) {
                pair = next;
            }
            return this;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    WrittenLog created() {
        return add(new AuditEvent.FederationCreated("wards of St. \"Anna\" \\ Süd", SETTINGS, first));
    }

    WrittenLog rotated() {
        next = pair();
        return add(new AuditEvent.KeyRotated(AuditKey.of(next.getPublic())));
    }

    WrittenLog opened(long round) {
        return add(new AuditEvent.RoundOpened(round, "1.0." + (round - 1), 5));
    }

    WrittenLog closed(long round, @Nullable PrivacySpend spend) {
        List<String> devices =
                IntStream.range(0, 3).mapToObj(WrittenLog::device).toList();
        String version = "1.0." + round;
        return add(new AuditEvent.RoundClosed(
                round, version, digest(version), "FedAvg", devices, spend, new BigDecimal("0.50"), true));
    }

    /** Every kind of entry, ten lines. */
    static WrittenLog full() {
        PrivacySpend one = PrivacySpend.upTo(null, 0.41, 1e-5);
        PrivacySpend two = PrivacySpend.upTo(one, 0.58, 1e-5);
        return new WrittenLog()
                .created()
                .opened(1)
                .closed(1, one)
                .add(new AuditEvent.VersionPublished("1.0.1", digest("1.0.1")))
                .add(new AuditEvent.OptOutRecorded(device(2)))
                .rotated()
                .opened(2)
                .add(new AuditEvent.DeviceRefused(device(7), "update holds a number that is none"))
                .add(new AuditEvent.RoundFailed(2, "too few devices in time", two))
                .add(new AuditEvent.FederationChanged("6f".repeat(32), "at least two devices"));
    }

    AuditLog log() {
        InstantSource time = now::get;
        return new AuditLog(store, pair.getPrivate(), time);
    }

    Checkpoint checkpoint() {
        try {
            return log().checkpoint();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    List<String> lines() {
        return store.read(0, Integer.MAX_VALUE);
    }

    byte[] bytes() {
        return bytes(lines());
    }

    static byte[] bytes(List<String> lines) {
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    static Verification verify(byte[] bytes, @Nullable AuditKey key, @Nullable Checkpoint checkpoint) {
        try {
            return new AuditVerifier(1_000).verify(new ByteArrayInputStream(bytes), key, checkpoint);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
