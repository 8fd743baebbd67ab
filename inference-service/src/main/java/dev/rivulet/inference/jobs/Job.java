// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs;

import java.time.Instant;

/**
 * One request that is answered later.
 *
 * @param id the request id
 * @param key jobs of one key are answered one after the other
 * @param tenant whose it is
 * @param priority {@code high}, {@code normal} or {@code low}
 * @param endpoint the path, such as {@code /v1/chat/completions}
 * @param body JSON; never changed in place
 * @param atGateway whether a gateway is to be asked, a step of which answers it
 * @param expiresAt it is not begun after this, and ended where it runs
 */
public record Job(
        String id,
        String key,
        String tenant,
        String priority,
        String endpoint,
        byte[] body,
        boolean atGateway,
        Instant expiresAt) {}
