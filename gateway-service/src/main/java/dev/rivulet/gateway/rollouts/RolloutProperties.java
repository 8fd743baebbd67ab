// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.rollouts;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How this gateway takes part in rollouts.
 *
 * @param follow whether it follows {@code model.rollout.changed}; else every request goes to the version that serves all
 * @param unnamed what requests are split by whose caller names no session
 * @param shadowShare of the requests for a model that is shadowed, how many are mirrored: 0 to 1
 * @param shadowConcurrency most mirrored requests that run at once; a further one is dropped
 * @param shadowOutstanding tokens that the candidate's replica may have before it when a request is mirrored; beyond, it is dropped
 * @param shadowAnswer largest answer that is compared; a larger one is not
 * @param shadowTimeout how long a mirrored request may take
 */
@ConfigurationProperties("rivulet.rollouts")
public record RolloutProperties(
        @DefaultValue("true") boolean follow,
        @DefaultValue("request") Unnamed unnamed,
        @DefaultValue("0.1") double shadowShare,
        @DefaultValue("4") int shadowConcurrency,
        @DefaultValue("4096") long shadowOutstanding,
        @DefaultValue("256KB") DataSize shadowAnswer,
        @DefaultValue("60s") Duration shadowTimeout) {

    /** What a request is split by whose caller names no session. */
    public enum Unnamed {
        /** Each by itself: the shares are right whoever asks, but two requests of one caller may be answered by two versions. */
        REQUEST,
        /** By the API key: a caller is answered by one version, but the shares are right only where there are many callers. */
        KEY
    }

    private static final int MOST_SHADOWS = 1_000;
    private static final long LARGEST_ANSWER = 16 << 20;
    private static final Duration LONGEST = Duration.ofHours(1);

    public RolloutProperties {
        require(shadowShare >= 0 && shadowShare <= 1, "shadow-share is between 0 and 1");
        require(
                shadowConcurrency >= 0 && shadowConcurrency <= MOST_SHADOWS,
                "shadow-concurrency is between 0 and 1000");
        require(shadowOutstanding >= 0, "shadow-outstanding is at least 0");
        require(
                shadowAnswer.toBytes() >= 1 && shadowAnswer.toBytes() <= LARGEST_ANSWER,
                "shadow-answer is between 1B and 16MB");
        require(
                shadowTimeout.toMillis() >= 1 && shadowTimeout.compareTo(LONGEST) <= 0,
                "shadow-timeout is between 1ms and 1h");
    }

    private static void require(boolean good, String rule) {
        if (!good) {
            throw new IllegalArgumentException("rivulet.rollouts: " + rule);
        }
    }
}
