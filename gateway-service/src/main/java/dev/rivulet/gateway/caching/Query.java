// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.caching;

import org.jspecify.annotations.Nullable;

/**
 * A request as the cache knows it.
 *
 * @param version the version of its model
 * @param exact its key; null if another answer to it would be as right, because its temperature is not 0
 * @param question the text of its last message, if that is the user's
 * @param rest the key of all but the question; null if there is none
 */
record Query(
        String model,
        String version,
        @Nullable String exact,
        @Nullable String question,
        @Nullable String rest) {}
