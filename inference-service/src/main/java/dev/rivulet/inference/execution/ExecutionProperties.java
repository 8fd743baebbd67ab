// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.engine.DecoderRunner;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How a loop runs.
 *
 * @param sequences most sequences of one model at once: running, waiting and parked
 * @param stepTokens most prefill tokens between two decode steps
 * @param prefillShare how long prefill may take beside a decode step, as a multiple of that step's time
 * @param cachedPrefixes most slots that keep the prefix of a sequence that left until another needs the slot; 0 turns the prefix
 *     cache off
 * @param queueTimeout how long a request waits for a slot before it is refused
 * @param parkedKeep how long a stalled reader's sequence keeps its KV cache while others wait for a slot
 * @param aging how long a request waits for each class of priority that it rises by
 * @param yieldAfter how long a request of a key without a slot waits before a key that has several sets one aside for it
 * @param stallTimeout how long a reader may stall before its request ends
 * @param drainTimeout how long a version that was replaced may finish its requests
 * @param speculation whether the next tokens are guessed and verified together, and by what
 * @param draftedTokens most tokens of a sequence that are guessed at once
 */
@Validated
@ConfigurationProperties("rivulet.execution")
public record ExecutionProperties(
        @DefaultValue("1024") @Min(1) @Max(65_536) int sequences,
        @DefaultValue("128") @Min(1) @Max(8192) int stepTokens,

        @DefaultValue("0.75") @DecimalMin("0.01") @DecimalMax("1000") double prefillShare,

        @DefaultValue("1024") @Min(0) @Max(1024) int cachedPrefixes,
        @DefaultValue("30s") Duration queueTimeout,
        @DefaultValue("2s") Duration parkedKeep,
        @DefaultValue("10s") @DurationMin(millis = 1) Duration aging,
        @DefaultValue("0s") @DurationMin(millis = 0) Duration yieldAfter,
        @DefaultValue("5m") Duration stallTimeout,
        @DefaultValue("60s") Duration drainTimeout,
        @DefaultValue("off") Speculating speculation,
        @DefaultValue("6") @Min(1) @Max(MOST_DRAFTED) int draftedTokens) {

    /** The token before them is verified with them. */
    static final int MOST_DRAFTED = DecoderRunner.MOST_VERIFIED - 1;

    /** What guesses tokens. */
    public enum Speculating {
        OFF,
        /** What followed the last time that the same tokens stood in the sequence. */
        LOOKUP,
        /** The draft model of a model that has one ({@code rivulet.models.draft}), and the look-up for others. */
        DRAFT
    }
}
