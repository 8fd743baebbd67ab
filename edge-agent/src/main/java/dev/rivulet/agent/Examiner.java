// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.agent;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/**
 * Puts the questions that a site has set aside to its gateway, and says of each answer whether it was right: while a rollout goes on,
 * held-out figures so become verdicts by version, which the rollout is decided by like those of people. No word is kept.
 *
 * @param door of the site
 */
public record Examiner(GatewayDoor door) {

    /**
     * What an answer came to.
     *
     * @param version that gave it
     */
    public record Marked(String version, boolean right) {}

    /**
     * Asks one question.
     *
     * @param session another one for each question spreads them over the versions
     */
    public Marked examine(Curriculum.Question question, String session) throws IOException, InterruptedException {
        GatewayDoor.Answered answer = door.ask(question.asked().messages(), session);
        boolean right = bare(answer.text()).equals(bare(question.right()));
        door.tell(answer.request(), right, Map.of());
        return new Marked(answer.version(), right);
    }

    private static String bare(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
    }
}
