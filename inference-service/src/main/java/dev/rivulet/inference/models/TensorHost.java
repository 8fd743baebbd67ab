// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import dev.rivulet.engine.TensorModel;

/** Where loaded graphs go to work. */
public interface TensorHost {

    /** Serves a graph in place of the version before, which is closed when its runs have ended. From here on the host closes it, unless this throws. */
    void serve(ModelVersion version, TensorModel model);

    /** Stops serving a model; nothing happens if it isn't served. */
    void retire(String model);
}
