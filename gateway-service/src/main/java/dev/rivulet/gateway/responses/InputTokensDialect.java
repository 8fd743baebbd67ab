// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import dev.rivulet.gateway.exchange.Dialect;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.exchange.PromptCount;
import dev.rivulet.inference.contract.TokenCount;
import dev.rivulet.problems.Problem;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tokens that the model of a response would read: a replica makes the prompt as for an answer and counts it.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/responses/input-tokens">Get input token counts</a>
 */
final class InputTokensDialect implements Dialect {

    private final ResponsesDialect responses;
    private final JsonMapper json;

    InputTokensDialect(ResponsesDialect responses, JsonMapper json) {
        this.responses = responses;
        this.json = json;
    }

    @Override
    public String path() {
        return ResponsesDialect.PATH + "/input_tokens";
    }

    @Override
    public String asks() {
        return TokenCount.PATH;
    }

    @Override
    public Form of(Passage passage) {
        return new Count(responses.of(passage), json);
    }

    /** The request is read, and its faults are told, as those of the response are. */
    private record Count(ResponsesForm response, JsonMapper json) implements PromptCount {

        @Override
        public ObjectNode chat(byte[] body) {
            return response.read(body).chat();
        }

        @Override
        public ObjectNode counted(long tokens) {
            return json.createObjectNode()
                    .put("object", "response.input_tokens")
                    .put("input_tokens", tokens);
        }

        @Override
        public byte[] error(Problem problem, String requestId) {
            return response.error(problem, requestId);
        }
    }
}
