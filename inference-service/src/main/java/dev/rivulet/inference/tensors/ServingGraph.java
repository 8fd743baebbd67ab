// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.tensors;

import dev.rivulet.engine.Tensor;
import dev.rivulet.engine.TensorModel;
import dev.rivulet.inference.models.ModelVersion;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A graph that answers now. Thread-safe: closing waits for runs under way. */
public final class ServingGraph {

    private final ModelVersion version;
    private final TensorModel model;
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
    private boolean closed;

    ServingGraph(ModelVersion version, TensorModel model) {
        this.version = version;
        this.model = model;
    }

    public ModelVersion version() {
        return version;
    }

    /** Bytes it takes at least. */
    public long memoryBytes() {
        return model.memoryBytes();
    }

    List<Tensor.Spec> inputs() {
        return model.inputs();
    }

    List<Tensor.Spec> outputs() {
        return model.outputs();
    }

    List<Tensor> run(List<Tensor> inputs, List<String> wanted) {
        use.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the model was unloaded");
            }
            return model.run(inputs, wanted);
        } finally {
            use.readLock().unlock();
        }
    }

    void close() {
        use.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                model.close();
            }
        } finally {
            use.writeLock().unlock();
        }
    }
}
