// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.feedback;

import java.util.List;

/**
 * One person's words about an answer as the site keeps them.
 *
 * @param requestId of the answer
 * @param model that gave it, and its version
 * @param score 0 to 1
 * @param createdAt in seconds since 1970
 */
record KeptWords(
        String requestId,
        String model,
        String version,
        double score,
        long createdAt,
        String subject,
        List<String> tags,
        List<Words.Message> messages,
        String answer,
        String correction) {

    KeptWords {
        tags = List.copyOf(tags);
        messages = List.copyOf(messages);
    }
}
