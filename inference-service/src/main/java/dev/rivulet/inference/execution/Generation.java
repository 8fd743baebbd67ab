// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.inference.models.ModelVersion;

/** The reader's end of one running generation. Thread-safe; one reader. */
public final class Generation {

    private final ModelVersion version;
    private final Outbox outbox;
    private final Runnable cancel;

    Generation(ModelVersion version, Outbox outbox, Runnable cancel) {
        this.version = version;
        this.outbox = outbox;
        this.cancel = cancel;
    }

    /** The version that answers. */
    public ModelVersion version() {
        return version;
    }

    /** Everything that is ready now, possibly nothing. Never waits. */
    public Batch take() {
        return outbox.take();
    }

    /**
     * Calls {@code ready} once whenever something comes after a {@link #take()}, at once if it is there already. It runs on the
     * loop thread: it may schedule work and nothing else.
     */
    public void onReady(Runnable ready) {
        outbox.onReady(ready);
    }

    /** The reader is gone: the sequence leaves the batch within one step. Harmless after the end. */
    public void cancel() {
        cancel.run();
    }
}
