// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity;

/**
 * How much a key may ask for; 0 means without limit.
 *
 * @param requestsPerMinute requests, 0 to 1,000,000,000
 * @param tokensPerMinute tokens of prompts and answers together, 0 to 1,000,000,000,000
 * @param tokensPerDay the same over a day
 */
public record Limits(long requestsPerMinute, long tokensPerMinute, long tokensPerDay) {

    public static final Limits NONE = new Limits(0, 0, 0);

    private static final long MOST_REQUESTS = 1_000_000_000L;
    private static final long MOST_TOKENS = 1_000_000_000_000L;

    public Limits {
        require(requestsPerMinute, MOST_REQUESTS, "requests-per-minute");
        require(tokensPerMinute, MOST_TOKENS, "tokens-per-minute");
        require(tokensPerDay, MOST_TOKENS, "tokens-per-day");
    }

    /** Whether there is no limit at all. */
    public boolean none() {
        return requestsPerMinute == 0 && tokensPerMinute == 0 && tokensPerDay == 0;
    }

    private static void require(long given, long most, String name) {
        if (given < 0 || given > most) {
            throw new IllegalArgumentException(name + " is between 0 and " + most + ", was " + given);
        }
    }
}
