// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import static dev.rivulet.inference.completion.JsonCursor.invalid;

import dev.rivulet.engine.sampling.TokenLogprobs;
import dev.rivulet.inference.completion.CommandBuilder.Kind;
import dev.rivulet.inference.execution.GenerationRequest;
import org.jspecify.annotations.Nullable;

/** {@code logprobs} and {@code top_logprobs}: true and a number for a chat, one number for a text. */
final class LogprobsFields {

    private final Kind kind;
    private boolean asked;
    private @Nullable Long alternatives;
    private @Nullable Long top;

    LogprobsFields(Kind kind) {
        this.kind = kind;
    }

    boolean field(JsonCursor cursor, String name, String path) {
        switch (name) {
            case "logprobs" -> {
                if (kind == Kind.CHAT) {
                    asked = Boolean.TRUE.equals(cursor.bool(path));
                } else {
                    alternatives = cursor.integer(path, 0, TokenLogprobs.MAX_TOP);
                }
            }
            case "top_logprobs" -> top = cursor.integer(path, 0, TokenLogprobs.MAX_TOP);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** As in {@link GenerationRequest#logprobs()}. */
    int build() {
        if (top != null && top > 0 && !asked) {
            throw invalid("top_logprobs", "needs 'logprobs' to be true");
        }
        if (asked) {
            return top == null ? 0 : Math.toIntExact(top);
        }
        return alternatives == null ? GenerationRequest.NO_LOGPROBS : Math.toIntExact(alternatives);
    }
}
