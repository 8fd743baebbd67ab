// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import dev.rivulet.audit.Verification.Broken;
import dev.rivulet.audit.Verification.Check;
import dev.rivulet.audit.Verification.Intact;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The state of a check between two lines. */
final class ChainCheck {

    private final @Nullable AuditKey trusted;
    private final @Nullable Checkpoint checkpoint;
    private final Course course = new Course();
    private @Nullable AuditKey key;
    private long length;
    private String last = AuditEntry.NONE;
    private Instant from = Instant.EPOCH;
    private Instant to = Instant.EPOCH;
    private boolean isOver;

    ChainCheck(@Nullable AuditKey trusted, @Nullable Checkpoint checkpoint) {
        this.trusted = trusted;
        this.checkpoint = checkpoint;
        this.key = trusted;
    }

    long length() {
        return length;
    }

    /** Takes a line without its line feed. */
    @Nullable Broken take(String line) {
        Signed signed;
        AuditEntry entry;
        try {
            signed = Signed.parse(line);
            entry = AuditEntry.of(signed.body());
        } catch (IllegalArgumentException e) {
            return broken(Check.FORM, String.valueOf(e.getMessage()));
        }
        Broken broken = signature(signed, entry);
        broken = broken == null ? place(entry) : broken;
        if (broken != null) {
            return broken;
        }
        Course.Fault fault = course.take(entry.event());
        if (fault != null) {
            return broken(fault.check(), fault.what());
        }
        if (entry.event() instanceof AuditEvent.KeyRotated(AuditKey next)) {
            key = next;
        }
        from = length == 0 ? entry.time() : from;
        to = entry.time();
        last = AuditEntry.digest(line);
        length++;
        return checkpoint();
    }

    private @Nullable Broken signature(Signed signed, AuditEntry entry) {
        if (length == 0 && entry.event() instanceof AuditEvent.FederationCreated created) {
            if (trusted != null && !created.key().equals(trusted)) {
                return broken(
                        Check.KEY,
                        "the log is of the key " + created.key().id() + ", and " + trusted.id() + " is trusted");
            }
            key = created.key();
        }
        if (key == null) {
            return broken(Check.COURSE, "the log does not begin with its federation");
        }
        return signed.by(key, Signed.ENTRY)
                ? null
                : broken(Check.SIGNATURE, "key " + key.id() + " did not sign these bytes");
    }

    private @Nullable Broken place(AuditEntry entry) {
        if (entry.sequence() != length) {
            return broken(
                    Check.SEQUENCE,
                    "entry " + entry.sequence() + " stands where entry " + length + " belongs: "
                            + (entry.sequence() > length ? "entries are missing" : "an entry was put in or moved"));
        }
        if (!entry.previous().equals(last)) {
            return broken(Check.CHAIN, "it follows the line " + entry.previous() + ", and the line before is " + last);
        }
        return entry.time().isBefore(to)
                ? broken(Check.TIME, Signed.time(entry.time()) + " comes after " + Signed.time(to))
                : null;
    }

    private @Nullable Broken checkpoint() {
        if (checkpoint == null || key == null || checkpoint.length() != length) {
            return null;
        }
        if (!checkpoint.signed().by(key, Signed.CHECKPOINT)) {
            return new Broken(length, Check.CHECKPOINT, "key " + key.id() + " did not sign the checkpoint");
        }
        if (!checkpoint.last().equals(last)) {
            return new Broken(
                    length, Check.CHECKPOINT, "the line is " + last + ", and the checkpoint says " + checkpoint.last());
        }
        return checkpoint.time().isBefore(to)
                ? new Broken(length, Check.CHECKPOINT, "the checkpoint is older than the entry it is of")
                : null;
    }

    /** The stream is over. */
    @Nullable Broken end() {
        if (length == 0) {
            return broken(Check.FORM, "the log is empty");
        }
        if (checkpoint != null && checkpoint.length() > length) {
            return broken(
                    Check.CHECKPOINT,
                    "the log ends after " + length + " entries; at " + Signed.time(checkpoint.time()) + " it had "
                            + checkpoint.length());
        }
        isOver = true;
        return null;
    }

    /** The result; null before the end. */
    @Nullable Intact intact() {
        if (!isOver || key == null) {
            return null;
        }
        return new Intact(
                course.federation(),
                length,
                course.closed(),
                course.version(),
                course.spent(),
                last,
                from,
                to,
                key,
                trusted != null,
                checkpoint == null ? 0 : checkpoint.length());
    }

    private Broken broken(Check check, String what) {
        return new Broken(length + 1, check, what);
    }
}
