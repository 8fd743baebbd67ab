// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx.device;

/** Who computes. */
public enum Provider {
    /** The processor, through the same calls: slower than the engine's own way there, and what tests run. */
    CPU("Cpu"),
    /** An NVIDIA GPU, with ONNX Runtime's library for it on the class path in place of the one for processors. */
    CUDA("Cuda");

    private final String memory;

    Provider(String memory) {
        this.memory = memory;
    }

    /** The name of its memory in ONNX Runtime. */
    String memory() {
        return memory;
    }
}
