// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import dev.rivulet.engine.EncoderModel;
import dev.rivulet.engine.EncoderOptions;

/** Where loaded encoders go to work. */
public interface EncoderHost {

    /** What an encoder is granted. @param contextLength most tokens of a text, 0 for what a batch holds; taken: bytes that others take */
    EncoderOptions options(int threads, int contextLength, long taken);

    /** Serves an encoder in place of the version before, which finishes what it has. From here on the host closes it, unless this throws. */
    void serve(ModelVersion version, EncoderModel model);

    /** Serves an encoder beside the version that serves, for those who name it. From here on the host closes it, unless this throws. */
    void serveBeside(ModelVersion version, EncoderModel model);

    /**
     * Makes a version that serves beside another the one that serves those who name none.
     *
     * @param keep whether the version before serves on for those who name it; else it finishes what it has
     */
    void promote(ModelVersion version, boolean keep);

    /** Stops serving a version that serves beside another; what waits is done. */
    void dismiss(ModelVersion version);

    /** Bytes that all encoders take that serve now. */
    long memoryBytes();

    /** Stops serving a model; nothing happens if it isn't served. */
    void retire(String model);
}
