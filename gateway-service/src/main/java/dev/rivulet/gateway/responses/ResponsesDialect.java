// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import dev.rivulet.gateway.exchange.Dialect;
import dev.rivulet.gateway.exchange.Passage;
import java.time.Clock;
import tools.jackson.databind.json.JsonMapper;

/**
 * OpenAI's Responses API, as far as a chat completion can carry it: text, structured output, functions and what came of them.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/responses">Responses</a>
 */
final class ResponsesDialect implements Dialect {

    static final String PATH = "/v1/responses";

    private final JsonMapper json;
    private final Responses responses;
    private final Clock clock;

    ResponsesDialect(JsonMapper json, Responses responses, Clock clock) {
        this.json = json;
        this.responses = responses;
        this.clock = clock;
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public ResponsesForm of(Passage passage) {
        return new ResponsesForm(json, responses, clock, passage);
    }
}
