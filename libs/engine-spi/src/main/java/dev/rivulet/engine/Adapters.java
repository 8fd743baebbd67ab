// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

import java.io.IOException;
import java.nio.file.Path;

/** The low-rank adapters of a loaded model, {@link EngineOptions#adapterRank}. Thread-safe. */
public interface Adapters {

    /** No adapter: the model as it is. */
    int NONE = 0;

    /**
     * Loads an adapter from its folder, as PEFT saves it.
     *
     * @return its number, above 0
     * @throws ModelRejectedException if the folder is malformed, does not fit the model, or the ranks that are left don't suffice
     * @throws IOException if the folder can't be read
     */
    int load(Path folder) throws IOException, ModelRejectedException;

    /** Frees an adapter's ranks. Slots that still use it go on without. */
    void unload(int adapter);
}
