// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import dev.rivulet.inference.contract.TokenCount;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The form of a request whose prompt a replica makes as for an answer and counts: for a {@link Dialect} that asks {@link
 * TokenCount#PATH}. No count is streamed.
 */
public interface PromptCount extends Dialect.Form {

    /** What of a chat its model reads. How it is to answer is no part of its prompt. */
    Set<String> PROMPT = Set.of("model", "messages", "tools", "tool_choice", "parallel_tool_calls");

    /**
     * A request as a chat completion, of which the prompt alone is sent.
     *
     * @throws ProblemException as {@link #request}
     */
    ObjectNode chat(byte[] body);

    /** The count in this form. */
    ObjectNode counted(long tokens);

    @Override
    default byte[] request(byte[] body) {
        return JsonMapper.shared().writeValueAsBytes(chat(body).retain(PROMPT));
    }

    /** @throws ProblemException with {@code replica_lost} if it is no count */
    @Override
    default byte[] whole(byte[] count) {
        JsonNode tokens = tokens(count);
        if (!tokens.isIntegralNumber() || !tokens.canConvertToLong()) {
            throw noCount();
        }
        return JsonMapper.shared().writeValueAsBytes(counted(tokens.longValue()));
    }

    @Override
    default Dialect.Translation stream(String requestId) {
        throw noCount();
    }

    @Override
    default byte[] errorEvent(Problem problem, String requestId) {
        return SseEvents.event(new String(error(problem, requestId), StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode tokens(byte[] count) {
        try {
            return JsonMapper.shared().readTree(count).path("count");
        } catch (JacksonException e) {
            return JsonMapper.shared().missingNode();
        }
    }

    private static ProblemException noCount() {
        return new ProblemException(Problem.of(
                ProblemCode.REPLICA_LOST, "The replica answered with something that is no count of tokens."));
    }
}
