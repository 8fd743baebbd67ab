// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the check of a log came to. */
public sealed interface Verification {

    /**
     * No byte of the log was changed since it was signed.
     *
     * @param federation its name
     * @param entries all of them
     * @param rounds that made a version
     * @param version the last that a round made; null if none did
     * @param privacy what was spent in all; null without differential privacy
     * @param last SHA-256 of the last line, to compare with somebody else's
     * @param from time of the first entry
     * @param to time of the last
     * @param key the one in force at the end
     * @param isKeyKnown whether the first key was given by whoever asks; if not, the log vouches for itself alone
     * @param checkpoint entries that a checkpoint vouches for; 0 if none was given, and then entries may be missing at the end
     */
    record Intact(
            String federation,
            long entries,
            long rounds,
            @Nullable String version,
            @Nullable PrivacySpend privacy,
            String last,
            Instant from,
            Instant to,
            AuditKey key,
            boolean isKeyKnown,
            long checkpoint)
            implements Verification {}

    /**
     * The log is not what was written. What comes after the first fault is not judged: nothing is left to hold it against.
     *
     * @param line of the file, from 1; for what is missing, where it would stand
     * @param check how it was found
     * @param what for people: what does not fit, with both values
     */
    record Broken(long line, Check check, String what) implements Verification {}

    /** How a fault is found, in the order in which an entry is checked. */
    enum Check {
        /** A line has the one form that is signed, and ends in a line feed. */
        FORM("the form of the line"),
        /** The log is within the limits of whoever checks. */
        LIMIT("the limits of this check"),
        /** The first entry names the key that is trusted. */
        KEY("the key"),
        /** The key in force signed these very bytes. */
        SIGNATURE("the signature"),
        /** Numbers go up by one. */
        SEQUENCE("the sequence number"),
        /** An entry names the digest of the one before. */
        CHAIN("the digest of the line before"),
        /** Time does not go back. */
        TIME("the time"),
        /** Rounds open before they end, once, in rising numbers; a version has one digest; the log begins with its federation. */
        COURSE("the course of the federation"),
        /** Each total is the one before and what the round added. */
        PRIVACY("the sum of ε and δ"),
        /** The log is at least as long as, and as far the same as, the checkpoint says. */
        CHECKPOINT("the checkpoint");

        private final String words;

        Check(String words) {
            this.words = words;
        }

        /** For people, to stand after "found by". */
        public String words() {
            return words;
        }
    }
}
