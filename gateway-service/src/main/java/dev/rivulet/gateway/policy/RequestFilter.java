// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Filters requests. Safe for use by many threads. */
final class RequestFilter {

    private final JsonMapper json;

    /** @param json reads no name twice: nobody may show one text here and another one to the model */
    RequestFilter(JsonMapper json) {
        this.json = json;
    }

    /**
     * A request as its model may read it.
     *
     * @param path one of those of {@link dev.rivulet.gateway.exchange.Endpoint}
     * @return the same bytes where nothing is redacted
     * @throws ProblemException with {@code content_policy_violation}, or {@code invalid_json} or {@code invalid_value} where it
     *     can't be read
     */
    byte[] filter(String path, byte[] body, Policies.Policy policy, Findings findings) {
        ObjectNode node = read(body);
        boolean changed = false;
        for (RequestTexts.Passage passage : RequestTexts.of(path, node)) {
            List<String> texts = passage.texts();
            Texts.Filtered filtered = Texts.filter(policy.input().rules(), findings, texts);
            if (filtered.blocked()) {
                throw blocked(passage.param());
            }
            for (int i = 0; i < texts.size(); i++) {
                if (!filtered.shown().get(i).equals(texts.get(i))) {
                    passage.places().get(i).replace(filtered.shown().get(i));
                    changed = true;
                }
            }
        }
        return changed ? json.writeValueAsString(node).getBytes(StandardCharsets.UTF_8) : body;
    }

    private ObjectNode read(byte[] body) {
        try {
            if (json.readTree(body) instanceof ObjectNode node) {
                return node;
            }
        } catch (JacksonException e) {
            // Told below, without its text.
        }
        throw new ProblemException(Problem.of(
                ProblemCode.INVALID_JSON, "The body is not one valid JSON object in which no name is given twice."));
    }

    static ProblemException blocked(String param) {
        return new ProblemException(Problem.at(
                ProblemCode.CONTENT_POLICY_VIOLATION,
                param,
                "The policy of this API key does not let this request through: '" + param
                        + "' holds what must not be sent to a model."));
    }
}
