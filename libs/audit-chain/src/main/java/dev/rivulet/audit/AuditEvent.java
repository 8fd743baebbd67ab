// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import java.math.BigDecimal;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What happened in a federation. Digests are SHA-256 in 64 lowercase hexadecimal digits; devices stand as {@link Pseudonyms}. */
public sealed interface AuditEvent {

    /** Hexadecimal digits of a digest. */
    int DIGEST = 64;

    /** Devices that one entry may name. */
    int MOST_CONTRIBUTORS = 20_000;

    /**
     * The first entry of every log.
     *
     * @param federation its name
     * @param settings digest of its settings
     * @param key signs this entry and those after it
     */
    record FederationCreated(String federation, String settings, AuditKey key) implements AuditEvent {
        public FederationCreated {
            Text.required("federation", federation);
            Text.hex("settings", settings, DIGEST);
        }
    }

    /**
     * @param settings digest of the settings from here on
     * @param change for people
     */
    record FederationChanged(String settings, String change) implements AuditEvent {
        public FederationChanged {
            Text.hex("settings", settings, DIGEST);
            Text.required("change", change);
        }
    }

    /** @param key signs the entries after this one, which the key before it still signs */
    record KeyRotated(AuditKey key) implements AuditEvent {}

    /**
     * @param round ≥ 1, above every round before
     * @param base the version that devices train on
     * @param invited devices that may contribute, ≥ 1
     */
    record RoundOpened(long round, String base, long invited) implements AuditEvent {
        public RoundOpened {
            Text.notNegative("round", round - 1);
            Text.required("base", base);
            Text.notNegative("invited", invited - 1);
        }
    }

    /**
     * A round that made a version.
     *
     * @param round an open one
     * @param version of the model that it made
     * @param digest of that model
     * @param strategy FedAvg or another
     * @param contributors pseudonyms of the devices whose updates are in the model, distinct; sorted here, so that order tells nothing
     * @param privacy null in a federation without differential privacy
     * @param clip norm that updates were clipped to; null if they were not
     * @param secureAggregation whether the server saw their sum only
     */
    record RoundClosed(
            long round,
            String version,
            String digest,
            String strategy,
            List<String> contributors,
            @Nullable PrivacySpend privacy,
            @Nullable BigDecimal clip,
            boolean secureAggregation)
            implements AuditEvent {
        public RoundClosed {
            Text.notNegative("round", round - 1);
            Text.required("version", version);
            Text.hex("digest", digest, DIGEST);
            Text.required("strategy", strategy);
            if (contributors.isEmpty() || contributors.size() > MOST_CONTRIBUTORS) {
                throw new IllegalArgumentException("a round has 1 to " + MOST_CONTRIBUTORS + " contributors");
            }
            contributors.forEach(device -> Text.hex("contributor", device, Pseudonyms.DIGITS));
            List<String> sorted = List.copyOf(new TreeSet<>(contributors));
            if (sorted.size() != contributors.size()) {
                throw new IllegalArgumentException("a contributor stands twice");
            }
            contributors = sorted;
            clip = clip == null ? null : PrivacySpend.decimal("clip", clip);
        }
    }

    /**
     * A round that made none.
     *
     * @param reason for people
     * @param privacy what it spent all the same: noise is charged before it is used
     */
    record RoundFailed(long round, String reason, @Nullable PrivacySpend privacy) implements AuditEvent {
        public RoundFailed {
            Text.notNegative("round", round - 1);
            Text.required("reason", reason);
        }
    }

    /** A version went to the registry. */
    record VersionPublished(String version, String digest) implements AuditEvent {
        public VersionPublished {
            Text.required("version", version);
            Text.hex("digest", digest, DIGEST);
        }
    }

    /** A device takes no part from here on. */
    record OptOutRecorded(String device) implements AuditEvent {
        public OptOutRecorded {
            Text.hex("device", device, Pseudonyms.DIGITS);
        }
    }

    /** What a device sent was not taken. */
    record DeviceRefused(String device, String reason) implements AuditEvent {
        public DeviceRefused {
            Text.hex("device", device, Pseudonyms.DIGITS);
            Text.required("reason", reason);
        }
    }
}
