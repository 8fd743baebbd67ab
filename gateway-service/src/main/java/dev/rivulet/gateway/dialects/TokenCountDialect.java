package dev.rivulet.gateway.dialects;

import dev.rivulet.gateway.exchange.Dialect;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.inference.contract.TokenCount;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tokens of a message in Anthropic's form: a replica makes the prompt as for an answer and counts it.
 *
 * @see <a href="https://docs.anthropic.com/en/api/messages-count-tokens">Count tokens in a Message</a>
 */
@Component
final class TokenCountDialect implements Dialect, Dialect.Form {

    private static final Problem NO_COUNT =
            Problem.of(ProblemCode.REPLICA_LOST, "The replica answered with something that is no count of tokens.");

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
    public byte[] request(byte[] body) {
        return json.writeValueAsBytes(new MessagesRequest(json.readTree(body)).promptAlone());
    }

    @Override
    public byte[] whole(byte[] count) {
        JsonNode tokens = tokens(count);
        if (!tokens.isIntegralNumber()) {
            throw new ProblemException(NO_COUNT);
        }
        return json.writeValueAsBytes(json.createObjectNode().set("input_tokens", tokens));
    }

    private JsonNode tokens(byte[] count) {
        try {
            return json.readTree(count).path("count");
        } catch (JacksonException e) {
            return json.missingNode();
        }
    }

    /** No count is streamed. */
    @Override
    public Translation stream(String requestId) {
        throw new ProblemException(NO_COUNT);
    }

    @Override
    public byte[] error(Problem problem, String requestId) {
        return messages.error(problem, requestId);
    }

    @Override
    public byte[] errorEvent(Problem problem, String requestId) {
        return messages.errorEvent(problem, requestId);
    }
}
