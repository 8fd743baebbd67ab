// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Inputs and pinned outputs of one kind of step, made once and used for every such step; a tensor may be both. */
record StepTensors(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) implements AutoCloseable {

    /** The same tensors under the same names, to be changed for one run; not to be closed. */
    StepTensors copy() {
        return new StepTensors(new LinkedHashMap<>(inputs), new LinkedHashMap<>(outputs));
    }

    @Override
    public void close() {
        Set<OnnxTensor> tensors = Collections.newSetFromMap(new IdentityHashMap<>());
        tensors.addAll(inputs.values());
        tensors.addAll(outputs.values());
        tensors.forEach(OnnxTensor::close);
    }
}
