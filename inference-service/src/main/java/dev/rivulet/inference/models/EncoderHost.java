package dev.rivulet.inference.models;

import dev.rivulet.engine.EncoderModel;
import dev.rivulet.engine.EncoderOptions;

/** Where loaded encoders go to work. */
public interface EncoderHost {

    /** What an encoder is granted. @param contextLength most tokens of a text, 0 for what a batch holds */
    EncoderOptions options(int threads, int contextLength);

    /** Serves an encoder in place of the version before, which finishes what it has. From here on the host closes it, unless this throws. */
    void serve(ModelVersion version, EncoderModel model);

    /** Stops serving a model; nothing happens if it isn't served. */
    void retire(String model);
}
