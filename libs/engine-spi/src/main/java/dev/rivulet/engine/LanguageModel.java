// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

import java.util.Optional;

/** A loaded decoder with its tokenizer and chat template. Closing it frees the weights and the KV cache. */
public interface LanguageModel extends AutoCloseable {

    ModelFacts facts();

    /** Thread-safe. */
    Tokenizer tokenizer();

    /** Thread-safe. */
    ChatTemplate chatTemplate();

    /** For one thread at a time. */
    DecoderRunner decoder();

    /** What it sees with; empty for a model of text alone. */
    default Optional<Vision> vision() {
        return Optional.empty();
    }

    /** Its adapters; empty if it was loaded without room for any. */
    default Optional<Adapters> adapters() {
        return Optional.empty();
    }

    @Override
    void close();
}
