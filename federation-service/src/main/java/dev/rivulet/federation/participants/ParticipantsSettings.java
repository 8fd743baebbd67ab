// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of devices and their requests.
 *
 * @param clockSkew how far a timestamp may be from the federation's clock
 * @param mostNonces remembered at a time; requests beyond it are refused as busy
 * @param mostBody longest body of one request
 * @param mostBodies in memory at a time
 * @param mostBodyBytes of all bodies in memory together; beyond it requests are refused as busy. 0 for an eighth of the heap
 * @param bodyIdle how long a body may stop coming
 * @param mostPresent devices whose presence is remembered, and what is kept of them
 * @param deviceLife how long what was read of a device is used; what changes through this process is seen at once
 * @param sessionLife how long a key that was agreed on may stand for a device's signature
 * @param heartbeat how often a device says that it is there
 * @param deadAfter a device not heard of for so long is dead; one that is heard of is only slow
 * @param mostTokenUses devices that may enrol by one token
 */
@Validated
@ConfigurationProperties("rivulet.federation.participants")
public record ParticipantsSettings(
        @DefaultValue("60s") Duration clockSkew,
        @DefaultValue("200000") @Min(100) @Max(10_000_000) int mostNonces,
        @DefaultValue("8MB") DataSize mostBody,
        @DefaultValue("1000") @Min(1) @Max(10_000) int mostBodies,
        @DefaultValue("0B") DataSize mostBodyBytes,
        @DefaultValue("20s") Duration bodyIdle,
        @DefaultValue("20000") @Min(1) @Max(1_000_000) int mostPresent,
        @DefaultValue("2s") Duration deviceLife,
        @DefaultValue("1h") Duration sessionLife,
        @DefaultValue("5s") Duration heartbeat,
        @DefaultValue("20s") Duration deadAfter,
        @DefaultValue("10000") @Min(1) @Max(1_000_000) int mostTokenUses) {

    public ParticipantsSettings {
        if (!clockSkew.isPositive()
                || !bodyIdle.isPositive()
                || !heartbeat.isPositive()
                || deviceLife.isNegative()
                || !sessionLife.isPositive()) {
            throw new IllegalArgumentException("the times of rivulet.federation.participants must be positive");
        }
        if (deadAfter.compareTo(heartbeat) <= 0) {
            throw new IllegalArgumentException("dead-after must be longer than heartbeat, or devices die between two");
        }
        if (mostBody.toBytes() < 1024 || mostBody.toBytes() > 64 << 20) {
            throw new IllegalArgumentException("most-body must be 1 KB to 64 MB");
        }
        if (mostBodyBytes.toBytes() > 0 && mostBodyBytes.toBytes() < mostBody.toBytes()) {
            throw new IllegalArgumentException("most-body-bytes must not be below most-body, or that one has no room");
        }
    }

    /** What all bodies in memory may have together: room for one at least. */
    public MemoryBudget bodyBudget() {
        long said = mostBodyBytes.toBytes();
        return new MemoryBudget(
                said > 0
                        ? said
                        : Math.max(mostBody.toBytes(), Runtime.getRuntime().maxMemory() / 8));
    }
}
