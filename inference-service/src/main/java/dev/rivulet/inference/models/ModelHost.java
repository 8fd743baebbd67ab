// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.ModelRejectedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where loaded models go to work. */
public interface ModelHost {

    /**
     * Warms the model up and serves it in place of the version before, which finishes what it has. Returns once it serves. From
     * here on the host closes the model, unless this throws.
     *
     * @param draft a smaller model that may guess tokens for it, if it has one; closed by the host, too
     */
    void serve(ModelVersion version, LanguageModel model, @Nullable LanguageModel draft);

    /** Warms the model up and serves it beside the version that serves, for those who name it; else as {@link #serve}. */
    void serveBeside(ModelVersion version, LanguageModel model, @Nullable LanguageModel draft);

    /**
     * Makes a version that serves beside another the one that serves those who name none.
     *
     * @param keep whether the version before serves on for those who name it; else it finishes what it has
     */
    void promote(ModelVersion version, boolean keep);

    /** Stops serving a version that serves beside another; requests that run are finished. */
    void dismiss(ModelVersion version);

    /** Bytes that all models take that serve now. */
    long memoryBytes();

    /**
     * Serves an adapter of a model, under the version's name, as soon as the model serves; in place of the version before.
     *
     * @throws ModelRejectedException if it does not fit the model that serves
     * @throws IOException if its folder can't be read
     */
    void adapt(String base, ModelVersion version, Path folder) throws IOException, ModelRejectedException;

    /** Stops serving a model; requests that run are finished. Nothing happens if it isn't served. */
    void retire(String model);

    /** Calls {@code broken} when a version that serves ends by a fault; it is gone from the host then. */
    void onBroken(Consumer<ModelVersion> broken);
}
