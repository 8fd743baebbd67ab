// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.dialects;

import dev.rivulet.gateway.exchange.Dialect;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.exchange.PromptCount;
import dev.rivulet.inference.contract.TokenCount;
import dev.rivulet.problems.Problem;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tokens of a message in Anthropic's form: a replica makes the prompt as for an answer and counts it.
 *
 * @see <a href="https://docs.anthropic.com/en/api/messages-count-tokens">Count tokens in a Message</a>
 */
@Component
final class TokenCountDialect implements Dialect, PromptCount {

    private final MessagesDialect messages;
    private final JsonMapper json;

    TokenCountDialect(MessagesDialect messages, JsonMapper json) {
        this.messages = messages;
        this.json = json;
    }

    @Override
    public String path() {
        return messages.path() + "/count_tokens";
    }

    /** No count needs to know what was asked. */
    @Override
    public Form of(Passage passage) {
        return this;
    }

    @Override
    public String asks() {
        return TokenCount.PATH;
    }

    @Override
    public Optional<String> requestIdHeader() {
        return messages.requestIdHeader();
    }

    @Override
    public ObjectNode chat(byte[] body) {
        return new MessagesRequest(json.readTree(body)).prompt();
    }

    @Override
    public ObjectNode counted(long tokens) {
        return json.createObjectNode().put("input_tokens", tokens);
    }

    @Override
    public byte[] error(Problem problem, String requestId) {
        return messages.error(problem, requestId);
    }
}
