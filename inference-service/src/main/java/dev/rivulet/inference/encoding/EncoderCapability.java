// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.encoding;

import dev.rivulet.engine.EncoderFacts.Output;

/** What a stateless model can be asked for; names are those of the replica's status. */
public enum EncoderCapability {
    EMBEDDINGS("/v1/embeddings"),
    RERANK("/v1/rerank"),
    CLASSIFY("/v1/classify");

    private final String path;

    EncoderCapability(String path) {
        this.path = path;
    }

    /** Where it is asked for. */
    public String path() {
        return path;
    }

    static EncoderCapability of(Output output) {
        return switch (output) {
            case EMBEDDING, STATES -> EMBEDDINGS;
            case SCORE -> RERANK;
            case LABELS, TOKEN_LABELS -> CLASSIFY;
        };
    }
}
