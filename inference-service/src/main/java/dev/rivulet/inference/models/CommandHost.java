// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import dev.rivulet.engine.CommandModel;

/** Where loaded recognisers of spoken commands go to work. */
public interface CommandHost {

    /** Serves a recogniser in place of the version before, which is closed when its run has ended. From here on the host closes it, unless this throws. */
    void serve(ModelVersion version, CommandModel model);

    /** Stops serving a model; nothing happens if it isn't served. */
    void retire(String model);
}
