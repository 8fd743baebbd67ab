// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

import java.util.List;

/** A graph of tensors that knows neither texts nor tokens. Thread-safe; closing waits for nothing, so close it when it is idle. */
public interface TensorModel extends AutoCloseable {

    List<Tensor.Spec> inputs();

    List<Tensor.Spec> outputs();

    /** Bytes of its file, which a session holds at least. */
    long memoryBytes();

    /**
     * Runs the graph.
     *
     * @param inputs one for each of {@link #inputs}, of its type and shape
     * @param wanted names of outputs
     * @throws IllegalArgumentException if an input is missing, unknown or of another type or shape
     * @throws IllegalStateException if the run fails or the model is closed
     */
    List<Tensor> run(List<Tensor> inputs, List<String> wanted);

    @Override
    void close();
}
