// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import dev.rivulet.engine.speech.SpeechModel;

/** Where loaded speech models go to work. */
public interface SpeechHost {

    /** Serves a model in place of the version before, which is closed when its work has ended. From here on the host closes it, unless this throws. */
    void serve(ModelVersion version, SpeechModel model);

    /** Stops serving a model; nothing happens if it isn't served. */
    void retire(String model);
}
