// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.agent;

import dev.rivulet.engine.ChatMessage;
import java.util.List;

/**
 * What somebody thinks of an answer, with the words that he lets the site keep.
 *
 * @param request id of the answer
 * @param score 0, of no use, to 1
 * @param messages what was asked
 * @param answer what the model said
 * @param correction what it should have said; empty if it was right, or he doesn't say
 */
public record Feedback(String request, double score, List<ChatMessage> messages, String answer, String correction) {

    public Feedback {
        messages = List.copyOf(messages);
        if (request.isEmpty() || !(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("feedback is on a request, with a score of 0 to 1");
        }
    }
}
