// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.testsupport.openai.AnswerCheck;
import dev.rivulet.testsupport.openai.PublishedSchema;
import dev.rivulet.testsupport.openai.Seen;
import java.net.http.HttpResponse;
import java.util.stream.Collectors;

/**
 * Holds every answer that a test gets of a gateway to OpenAI's published schema. What a stand-in for a replica made up to have
 * its bytes passed on counts only where it has the marks of an OpenAI answer or of an error.
 */
final class PublishedAnswers {

    /** Has a form of its own. */
    private static final String ANTHROPIC = "/v1/messages";

    private static final AnswerCheck CHECK = new AnswerCheck(PublishedSchema.ofOpenAi());

    private PublishedAnswers() {}

    static void check(HttpResponse<String> answer) {
        if (answer.request().uri().getRawPath().startsWith(ANTHROPIC)) {
            return;
        }
        Seen seen = Seen.of(answer);
        assertThat(CHECK.faults(claimed(seen)))
                .as(seen.method() + " " + seen.path() + " answers " + seen.status() + " as OpenAI publishes it")
                .isEmpty();
    }

    private static Seen claimed(Seen seen) {
        if (seen.status() >= 400 || Endpoint.at(seen.path()).isEmpty()) {
            return seen;
        }
        String body = seen.body().lines().filter(PublishedAnswers::isClaim).collect(Collectors.joining("\n"));
        return new Seen(seen.method(), seen.path(), seen.status(), seen.contentType(), body);
    }

    private static boolean isClaim(String line) {
        return line.contains("\"error\":{") || (line.contains("\"object\":") && line.contains("\"created\":"));
    }
}
