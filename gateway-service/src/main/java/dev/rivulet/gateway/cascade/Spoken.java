// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.cascade;

import java.util.OptionalDouble;
import tools.jackson.databind.node.ObjectNode;

/** What a model has answered, whole. */
record Spoken(String model, ObjectNode answer) {

    String text() {
        return answer.path("choices").path(0).path("message").path("content").asString("");
    }

    Confidence confidence() {
        return new Confidence().add(answer.path("choices").path(0));
    }

    OptionalDouble meanLogprob() {
        return confidence().meanLogprob();
    }

    /** Without the likelihoods, unless the caller wants them. */
    ObjectNode shown(Question question) {
        if (!question.wantsLogprobs()) {
            HoldBack.stripped(answer);
        }
        return answer;
    }
}
