// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.budget;

import dev.rivulet.gateway.budget.Standing.Left;
import dev.rivulet.gateway.identity.Limits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The budgets of one key. A request takes one of its requests and what it is thought to take in tokens; at its end it settles.
 * An answer longer than thought leaves a debt, so that whoever asks for little and gets much pays too. Safe for many threads.
 */
final class KeyBudget {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofDays(1);

    /** Which budget is used up. */
    enum Which {
        REQUESTS_PER_MINUTE("requests a minute"),
        TOKENS_PER_MINUTE("tokens a minute"),
        TOKENS_PER_DAY("tokens a day");

        private final String words;

        Which(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /**
     * Why a request has to wait.
     *
     * @param limit the whole budget
     * @param delay until there is enough of it
     */
    record Shortfall(Which which, long limit, Duration delay) {}

    private final @Nullable TokenBucket requests;
    private final @Nullable TokenBucket minute;
    private final @Nullable TokenBucket day;

    KeyBudget(Limits limits, long now) {
        this.requests = bucket(limits.requestsPerMinute(), MINUTE, now);
        this.minute = bucket(limits.tokensPerMinute(), MINUTE, now);
        this.day = bucket(limits.tokensPerDay(), DAY, now);
    }

    /**
     * Takes a request and its tokens from all budgets, or from none.
     *
     * @return null if they were taken
     */
    synchronized @Nullable Shortfall take(long tokens, long now) {
        Shortfall missing = missing(Which.REQUESTS_PER_MINUTE, requests, 1, now);
        missing = missing == null ? missing(Which.TOKENS_PER_MINUTE, minute, tokens, now) : missing;
        missing = missing == null ? missing(Which.TOKENS_PER_DAY, day, tokens, now) : missing;
        if (missing == null) {
            spend(1, tokens, now);
        }
        return missing;
    }

    /** Takes what was used elsewhere, or turned out to be used, into debt if need be; fewer than 0 is put back. */
    synchronized void spend(long requestCount, long tokens, long now) {
        spend(requests, requestCount, now);
        spend(minute, tokens, now);
        spend(day, tokens, now);
    }

    synchronized Standing standing(long now) {
        Left ofMinute = left(minute, now);
        Left ofDay = left(day, now);
        boolean dayIsShorter = ofMinute == null || ofDay != null && ofDay.remaining() < ofMinute.remaining();
        return new Standing(left(requests, now), dayIsShorter ? ofDay : ofMinute);
    }

    private static @Nullable Shortfall missing(Which which, @Nullable TokenBucket bucket, long wanted, long now) {
        long nanos = bucket == null ? 0 : bucket.nanosUntil(wanted, now);
        return bucket == null || nanos == 0 ? null : new Shortfall(which, bucket.capacity(), Duration.ofNanos(nanos));
    }

    private static void spend(@Nullable TokenBucket bucket, long amount, long now) {
        if (bucket != null && amount > 0) {
            bucket.take(amount, now);
        } else if (bucket != null && amount < 0) {
            bucket.give(-amount, now);
        }
    }

    private static @Nullable Left left(@Nullable TokenBucket bucket, long now) {
        return bucket == null
                ? null
                : new Left(bucket.capacity(), bucket.remaining(now), Duration.ofNanos(bucket.nanosUntilFull(now)));
    }

    private static @Nullable TokenBucket bucket(long limit, Duration period, long now) {
        return limit == 0 ? null : new TokenBucket(limit, period, now);
    }
}
