// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.budget;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rivulet.gateway.budget.KeyBudget.Shortfall;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.identity.Limits;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * What is left of every key's budgets at this gateway. A key whose limits change begins with full ones. Safe for use by many
 * threads.
 */
public final class Budgets {

    private static final int MOST_KEYS = 100_000;
    private static final Duration REMEMBERED = Duration.ofHours(25);

    /** OpenAI's clients wait for a minute at most, then try for nothing. */
    private static final long LONGEST_RETRY = 60;

    private record Account(String key, Limits limits) {}

    /** Hears what keys use here, to tell other gateways. */
    public interface Spending {

        /** So much was used, of requests and tokens; fewer than 0 if less than was said before. */
        void spent(Caller caller, long requests, long tokens);
    }

    /** What becomes of a request. */
    public sealed interface Verdict {

        /** What is left, after this request. */
        Standing standing();

        /**
         * Goes on with what was granted.
         *
         * @param header takes what an answer's headers say of this: their names and values
         * @throws ProblemException with {@code rate_limit_exceeded} where it was refused
         */
        default Reservation granted(BiConsumer<String, String> header) {
            standing().headers().forEach(header);
            return switch (this) {
                case Granted granted -> granted.reservation();
                case Refused refused -> {
                    if (refused.problem().retryAfterSeconds().orElse(0L) > LONGEST_RETRY) {
                        header.accept("x-should-retry", "false");
                    }
                    throw new ProblemException(refused.problem());
                }
            };
        }

        /** It has its share, and settles when it has ended. */
        record Granted(Reservation reservation, Standing standing) implements Verdict {}

        /** A budget of its key is used up. */
        record Refused(Problem problem, Standing standing) implements Verdict {}
    }

    /** What one request took from its key's budgets before it was known what it takes. */
    public static final class Reservation {

        private static final Reservation NOTHING = new Reservation(0, difference -> {});

        private final AtomicBoolean open = new AtomicBoolean(true);
        private final long estimated;
        private final LongConsumer difference;

        private Reservation(long estimated, LongConsumer difference) {
            this.estimated = estimated;
            this.difference = difference;
        }

        /** The request has ended, whatever became of it. Further calls do nothing. @param tokens what it really took */
        public void settle(long tokens) {
            if (open.compareAndSet(true, false) && tokens != estimated) {
                difference.accept(tokens - estimated);
            }
        }

        /** So many tokens became known after the request had settled. */
        public void late(long tokens) {
            difference.accept(tokens);
        }
    }

    private final Cache<Account, KeyBudget> accounts = Caffeine.newBuilder()
            .maximumSize(MOST_KEYS)
            .expireAfterAccess(REMEMBERED)
            .build();
    private final LongSupplier nanos;
    private final Spending spending;

    /**
     * @param nanos a monotonic clock
     * @param spending hears of all that is used
     */
    Budgets(LongSupplier nanos, Spending spending) {
        this.nanos = nanos;
        this.spending = spending;
    }

    /**
     * Takes one request and the tokens that it is thought to take.
     *
     * @param tokens of prompt and answer together; more than a budget's whole counts as all of it
     */
    public Verdict reserve(Caller caller, long tokens) {
        if (caller.limits().none()) {
            return new Verdict.Granted(Reservation.NOTHING, Standing.UNLIMITED);
        }
        KeyBudget budget = budget(caller);
        long estimate = Math.min(tokens, most(caller.limits()));
        long now = nanos.getAsLong();
        Shortfall missing = budget.take(estimate, now);
        if (missing != null) {
            return new Verdict.Refused(problem(missing), budget.standing(now));
        }
        spending.spent(caller, 1, estimate);
        return new Verdict.Granted(
                new Reservation(estimate, difference -> settle(caller, difference)), budget.standing(now));
    }

    /** What is left of a key's budgets now. */
    public Standing standing(Caller caller) {
        return caller.limits().none() ? Standing.UNLIMITED : budget(caller).standing(nanos.getAsLong());
    }

    /**
     * So much was used at another gateway, or here before a restart.
     *
     * @param age how long ago, in nanoseconds: what has flowed in since counts
     */
    public void spentElsewhere(Caller caller, long requests, long tokens, long age) {
        if (!caller.limits().none()) {
            long at = nanos.getAsLong() - age;
            budget(caller, at).spend(requests, tokens, at);
        }
    }

    private void settle(Caller caller, long difference) {
        budget(caller).spend(0, difference, nanos.getAsLong());
        spending.spent(caller, 0, difference);
    }

    private KeyBudget budget(Caller caller) {
        return budget(caller, nanos.getAsLong());
    }

    private KeyBudget budget(Caller caller, long since) {
        return accounts.get(new Account(caller.name(), caller.limits()), added -> new KeyBudget(added.limits(), since));
    }

    private static long most(Limits limits) {
        long minute = limits.tokensPerMinute() == 0 ? Long.MAX_VALUE : limits.tokensPerMinute();
        long day = limits.tokensPerDay() == 0 ? Long.MAX_VALUE : limits.tokensPerDay();
        return Math.min(minute, day);
    }

    private static Problem problem(Shortfall missing) {
        return Problem.of(
                        ProblemCode.RATE_LIMIT_EXCEEDED,
                        "This API key may use " + missing.limit() + " "
                                + missing.which().words()
                                + ", and too much of that is used. Send this request again after the seconds in Retry-After.")
                .retryAfter(missing.delay());
    }
}
