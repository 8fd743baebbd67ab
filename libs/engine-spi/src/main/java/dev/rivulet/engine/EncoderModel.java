// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

import java.util.Optional;

/** A loaded encoder with its tokenizer. Closing it frees both. */
public interface EncoderModel extends AutoCloseable {

    EncoderFacts facts();

    TextEncoder tokenizer();

    EncoderRunner runner();

    /** What it sees with, one row for a picture in the space of its texts; empty for an encoder of texts alone. */
    default Optional<Vision> vision() {
        return Optional.empty();
    }

    @Override
    void close();
}
