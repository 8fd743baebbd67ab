// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/** Where participants are kept that no key stands for. */
public interface UnattestedStore {

    /** Keeps a participant; the same id again changes nothing. */
    void admit(UUID id, String federation, String label, Instant now);

    /** Ids of a federation's participants that no key stands for. */
    Set<UUID> of(String federation);
}
