// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.testsupport.openai.AnswerCheck;
import dev.rivulet.testsupport.openai.PublishedSchema;
import dev.rivulet.testsupport.openai.Seen;
import java.net.http.HttpResponse;

/** Holds answers of the platform, and every event of a stream, to OpenAI's published schema. */
final class Published {

    private static final AnswerCheck CHECK = new AnswerCheck(PublishedSchema.ofOpenAi());

    private Published() {}

    /** @param body the answer's body, read to its end */
    static void check(HttpResponse<?> answer, String body) {
        Seen seen = Seen.of(answer, body);
        assertThat(CHECK.faults(seen))
                .as(seen.method() + " " + seen.path() + " answers " + seen.status() + " as OpenAI publishes it")
                .isEmpty();
    }
}
