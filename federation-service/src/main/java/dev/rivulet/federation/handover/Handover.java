// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.handover;

import dev.rivulet.devices.DeviceKeys;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One version on its way. All of it is written when the version is published to devices, so that every attempt says the same.
 *
 * @param round that made it
 * @param sha256 of its values
 * @param facts about the round, for the registry's lineage
 * @param parent the version of the registry that came from this federation's last one before, {@code model/version}; null for the first
 */
public record Handover(
        String federation,
        long version,
        long round,
        String sha256,
        Destination destination,
        Map<String, String> facts,
        @Nullable String parent) {

    private static final int LONGEST_NAME = 40;
    private static final int DIGEST = 8;

    public Handover {
        facts = Map.copyOf(facts);
    }

    /** What it is called in the registry: the same for a federation and a round, and another for every other. */
    public String name() {
        String from = federation.length() <= LONGEST_NAME
                ? federation
                : federation.substring(0, LONGEST_NAME) + "."
                        + DeviceKeys.sha256(federation.getBytes(StandardCharsets.UTF_8))
                                .substring(0, DIGEST);
        return from + "." + round;
    }
}
