// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import java.time.Instant;

/**
 * A response that has ended and is kept.
 *
 * @param tenant the name of the API key that alone sees it
 * @param response the response as JSON; never changed in place
 * @param items what its model read, as a JSON list of items; never changed in place
 * @param keptAt when it ended; it is kept for a set time from then on
 */
public record StoredResponse(String id, String tenant, byte[] response, byte[] items, Instant keptAt) {

    private static final int OVERHEAD = 256;

    /** What it takes, in bytes. */
    public long size() {
        return (long) response.length + items.length + OVERHEAD;
    }
}
