// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

import java.util.List;

/**
 * Runs batches of an encoder. Rows are padded to the longest; a row in a batch gives the values of the row alone, within 1e-4
 * relative. Calls from several threads run one after the other; closing waits for the one that runs.
 */
public interface EncoderRunner extends AutoCloseable {

    /** Most tokens of a row. */
    int contextLength();

    /** Most tokens of a batch, padding included: rows by the length of the longest. */
    int batchTokens();

    /**
     * Computes a batch.
     *
     * @return for each row its values: {@code [width]}, or {@code [length, width]} row-major where each token has its own
     * @throws IllegalArgumentException if there is no row, one is empty or too long, an id is out of range or the batch is too large
     * @throws IllegalStateException if the run fails or the runner is closed
     */
    List<float[]> run(List<Encoding> rows);

    /** Frees native memory. */
    @Override
    void close();
}
