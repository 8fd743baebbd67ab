// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.problems;

/** Who has to act on a problem; the metric label {@code category}. */
public enum ProblemCategory {
    /** The request is wrong; the same request fails again. */
    CALLER("invalid_request_error"),
    /** Too much at once; the same request may succeed later. */
    CAPACITY("rate_limit_error"),
    /** Something behind this service failed or is not there. */
    UPSTREAM("upstream_error"),
    /** A fault of this service. */
    INTERNAL("server_error");

    private final String openAiType;

    ProblemCategory(String openAiType) {
        this.openAiType = openAiType;
    }

    /** The {@code error.type} of the OpenAI error object. */
    public String openAiType() {
        return openAiType;
    }
}
