// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/** Writes entries: numbers, dates, chains and signs what happened. One writer at a time; the store tells where there were two. */
public final class AuditLog {

    private final AuditStore store;
    private final PrivateKey key;
    private final InstantSource clock;

    /**
     * @param key Ed25519; after {@link AuditEvent.KeyRotated} a log with the new one takes over
     * @param clock a time before the last entry's is written as that entry's
     */
    public AuditLog(AuditStore store, PrivateKey key, InstantSource clock) {
        this.store = store;
        this.key = key;
        this.clock = clock;
    }

    /**
     * Adds an entry.
     *
     * @return a conflict if another writer was faster; then whoever writes decides anew
     * @throws IOException if it is not known whether it was kept
     */
    public AuditStore.Appended append(AuditEvent event) throws IOException {
        AuditStore.Tail tail = store.tail();
        String last = tail.last();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        AuditEntry entry;
        if (last == null) {
            entry = new AuditEntry(0, now, event, AuditEntry.NONE);
        } else {
            Instant before = AuditEntry.parse(last).time();
            entry = new AuditEntry(tail.length(), now.isBefore(before) ? before : now, event, AuditEntry.digest(last));
        }
        return store.append(entry.sequence(), signed(entry));
    }

    /**
     * Takes a checkpoint of the log as it is, to be kept elsewhere.
     *
     * @throws IllegalStateException if the log is empty
     */
    public Checkpoint checkpoint() throws IOException {
        AuditStore.Tail tail = store.tail();
        String last = tail.last();
        if (last == null) {
            throw new IllegalStateException("An empty log has no checkpoint");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        String digest = AuditEntry.digest(last);
        String signature = sign(Signed.CHECKPOINT + Checkpoint.body(tail.length(), digest, now));
        return new Checkpoint(tail.length(), digest, now, signature);
    }

    /** The line of an entry. */
    String signed(AuditEntry entry) {
        String body = entry.body();
        return new Signed(body, sign(Signed.ENTRY + body)).line();
    }

    private String sign(String text) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The key can't sign", e);
        }
    }
}
