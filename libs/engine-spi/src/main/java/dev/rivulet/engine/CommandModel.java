// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

/** A loaded recogniser of spoken commands. Calls from several threads run one after the other; closing waits for the one that runs. */
public interface CommandModel extends AutoCloseable {

    CommandFacts facts();

    /**
     * Hears one window.
     *
     * @param values {@code [mels, frames]} row-major: Whisper's log-mel values less their largest, plus one
     * @return a logit for everything else, then one for each command
     * @throws IllegalArgumentException if there are not as many values as a window has
     * @throws IllegalStateException if the run fails or the model is closed
     */
    float[] run(float[] values);

    @Override
    void close();
}
