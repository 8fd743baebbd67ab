// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.handover;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where destinations and versions on their way are kept. */
public interface HandoverStore {

    /** Where a federation's versions go; empty if nowhere. */
    Optional<Destination> destination(String federation);

    /**
     * Says where a federation's versions go from now on.
     *
     * @param destination null for nowhere
     */
    void destination(String federation, @Nullable Destination destination);

    /** Keeps a version that is to go, in the transaction of the caller; the same one again changes nothing. */
    void add(
            String federation,
            long version,
            long round,
            String sha256,
            Destination destination,
            Map<String, String> facts,
            Instant now);

    /** Leases the earliest version of a federation that is due and that nobody has; the others of the federation wait for it. */
    Optional<Leased> lease(Instant now, Duration time);

    /** It is there. The words say what became of its rollout. */
    void done(Handover handover, String rollout, Instant now);

    /** It is not there yet, and is tried again then. */
    void failed(Handover handover, String why, Instant next);

    /** The registry does not want it, and it is not tried again. */
    void refused(Handover handover, String why, Instant now);

    /** The newest of a federation, at most so many. */
    List<Course> newest(String federation, int most);

    /** @param attempts this one included */
    record Leased(Handover handover, int attempts) {}

    /**
     * How far a version has come.
     *
     * @param name in the registry
     * @param state {@code due}, {@code done} or {@code refused}
     * @param rollout what became of the rollout; empty before
     * @param error of the last attempt; null if it did not fail
     */
    record Course(
            long version,
            long round,
            String model,
            String name,
            String state,
            int attempts,
            String rollout,
            @Nullable String error) {}
}
