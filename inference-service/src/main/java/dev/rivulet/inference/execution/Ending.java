// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.problems.Problem;

/** How a generation ended. */
public sealed interface Ending {

    Usage usage();

    StageTimes times();

    /** Why a generation finished. */
    enum FinishReason {
        STOP,
        LENGTH;

        /** As on the wire. */
        public String wire() {
            return this == STOP ? "stop" : "length";
        }
    }

    /**
     * Tokens of the prompt and of the answer.
     *
     * @param cachedTokens tokens of the prompt that needed no prefill
     * @param draftedTokens tokens that were drafted and verified
     * @param acceptedTokens those of them that became part of the answer
     */
    record Usage(int promptTokens, int completionTokens, int cachedTokens, int draftedTokens, int acceptedTokens) {}

    record Finished(FinishReason reason, Usage usage, StageTimes times) implements Ending {}

    record Failed(Problem problem, Usage usage, StageTimes times) implements Ending {}

    /** Its reader left. */
    record Cancelled(Usage usage, StageTimes times) implements Ending {}
}
