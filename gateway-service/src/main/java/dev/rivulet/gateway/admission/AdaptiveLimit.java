// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import java.util.Arrays;

/**
 * How many requests of one model may run at once: as many as replicas work on without a queue of their own growing long. The
 * signal is the time that requests wait at the replica before they are worked on, never the length of answers: as the replica
 * reports it, or, where it does not, the time to the first byte beyond the best for prompts of that size of late.
 *
 * <p>Additive increase, multiplicative decrease on the median of a window, as of TCP Vegas, after a slow start that doubles. Only requests that began after the
 * last change count, so that one congestion is answered once. It rises only where the limit was reached: an idle gateway
 * learns nothing. Pure; for one thread at a time.
 */
final class AdaptiveLimit {

    private static final int SAMPLES = 10;
    private static final long WINDOW = 500_000_000L;
    private static final long SILENCE = 1_000_000_000L;
    private static final long FORGET_BEST = 60_000_000_000L;
    private static final long FORGET_EXACT = 60_000_000_000L;
    private static final double DECREASE = 0.9;
    private static final double STEEP_DECREASE = 0.7;
    private static final int STEEP = 4;
    private static final int SIZES = 24;

    private final long[] best = new long[SIZES];
    private final long[] bestBefore = new long[SIZES];
    private double limit;
    private long began;
    private long exactAt;
    private long bestSince;
    private int peak;
    private int samples;
    private int low;
    private int over;
    private int farOver;
    private boolean reached;
    private boolean neverCongested = true;
    private boolean exactKnown;

    /** @param now in nanoseconds, as in all that follow */
    AdaptiveLimit(AdmissionSettings settings, long now) {
        this.limit = Math.clamp(settings.initialConcurrency(), settings.floor(), settings.concurrency());
        this.began = now;
        this.bestSince = now;
        Arrays.fill(best, Long.MAX_VALUE);
        Arrays.fill(bestBefore, Long.MAX_VALUE);
    }

    /** Requests that may run at once. */
    int limit(AdmissionSettings settings) {
        return (int) Math.clamp(Math.round(limit), settings.floor(), settings.concurrency());
    }

    /** So many run now; only a limit that is reached may rise, and it falls from what really ran. */
    void running(AdmissionSettings settings, int running) {
        peak = Math.max(peak, running);
        reached |= running >= limit(settings);
    }

    /** A replica has said how long a request waited there. */
    void queued(AdmissionSettings settings, long asked, long queue, long now) {
        exactKnown = true;
        exactAt = now;
        sample(settings, asked, queue, settings.replicaQueue().toNanos(), now);
    }

    /**
     * The first byte of an answer has come, whose replica may say later how long the request waited.
     *
     * @param asked when the replica was asked
     * @param tokens a rough count of the prompt's tokens: long prompts take longer without having waited
     */
    void began(AdmissionSettings settings, long asked, long tokens, long now) {
        if (now - bestSince > FORGET_BEST) {
            System.arraycopy(best, 0, bestBefore, 0, SIZES);
            Arrays.fill(best, Long.MAX_VALUE);
            bestSince = now;
        }
        int size = Math.min(SIZES - 1, Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, tokens)));
        long taken = now - asked;
        best[size] = Math.min(best[size], taken);
        if (!exactKnown || now - exactAt > FORGET_EXACT) {
            exactKnown = false;
            long least = Math.min(best[size], bestBefore[size]);
            sample(
                    settings,
                    asked,
                    taken - least,
                    Math.max(settings.replicaQueue().toNanos(), least),
                    now);
        }
    }

    /** A replica has refused a request because too many are there. */
    void refused(AdmissionSettings settings, long asked, long now) {
        long target = settings.replicaQueue().toNanos();
        sample(settings, asked, STEEP * target + 1, target, now);
    }

    /**
     * Others wait here, yet nothing waits at a replica: whoever runs has had a first byte and may read slowly, or not at all.
     */
    void idleAtReplica(AdmissionSettings settings, long now) {
        if (now - began > SILENCE) {
            change(settings, limit + step(), now);
        }
    }

    private void sample(AdmissionSettings settings, long asked, long queue, long target, long now) {
        if (!settings.adaptive() || asked - began < 0) {
            return;
        }
        samples++;
        low += queue <= target / 2 ? 1 : 0;
        over += queue > target ? 1 : 0;
        farOver += queue > STEEP * target ? 1 : 0;
        if (samples >= SAMPLES && now - began >= WINDOW) {
            judge(settings, now);
        }
    }

    private void judge(AdmissionSettings settings, long now) {
        neverCongested &= over * 2 <= samples;
        if (farOver * 2 > samples) {
            change(settings, used() * STEEP_DECREASE, now);
        } else if (over * 2 > samples) {
            change(settings, used() * DECREASE, now);
        } else if (reached && low * 2 > samples) {
            change(settings, limit + step(), now);
        } else {
            change(settings, limit, now);
        }
    }

    private double used() {
        return peak == 0 ? limit : Math.min(limit, peak);
    }

    private double step() {
        return neverCongested ? limit : Math.max(1, Math.sqrt(limit));
    }

    private void change(AdmissionSettings settings, double wanted, long now) {
        limit = Math.clamp(wanted, settings.floor(), settings.concurrency());
        began = now;
        peak = 0;
        samples = 0;
        low = 0;
        over = 0;
        farOver = 0;
        reached = false;
    }
}
