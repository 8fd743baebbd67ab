// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.rivulet.engine.CacheKind;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.WeightKind;
import dev.rivulet.engine.onnx.device.Provider;
import dev.rivulet.modelpackage.graph.DecoderGraph.Shape;

/** What a device can do and this installation has. */
final class DeviceSupport {

    private DeviceSupport() {}

    /** Refuses what is only done on the processor, and a device whose library is not there, naming what to change. */
    static void check(Provider provider, EngineOptions options, Shape shape) throws ModelRejectedException {
        if (options.weights() != WeightKind.F32) {
            throw refused("weights of " + options.weights().label(), "take f32, which a device holds in 16 bits");
        }
        if (options.cache() != CacheKind.F32) {
            throw refused("an 8-bit KV cache", "take f32, which a device holds in 16 bits");
        }
        if (options.adapterRank() > 0) {
            throw refused("LoRA adapters", "merge the adapter, or serve it from a replica without a device");
        }
        if (shape.softWidth() > 0) {
            throw refused("pictures", "serve the model from a replica without a device");
        }
        if (provider == Provider.CUDA) {
            DeepStack.open(DeviceSupport::cuda);
        }
    }

    /** Asking the Java API for the provider unpacks the libraries that it lies in. */
    private static Provider cuda() throws ModelRejectedException {
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            throw new ModelRejectedException(
                    "-D" + OnnxSettings.DEVICE + "=cuda, and the ONNX Runtime on the class path"
                            + " computes on processors alone: build with -Donnxruntime.artifact=onnxruntime_gpu");
        }
        OrtEnvironment.getEnvironment();
        try (SessionOptions options = new SessionOptions()) {
            options.addCUDA(0);
            return Provider.CUDA;
        } catch (OrtException e) {
            throw new ModelRejectedException(
                    "ONNX Runtime can't use the GPU, for which it needs CUDA and cuDNN: " + e.getMessage(), e);
        }
    }

    private static ModelRejectedException refused(String what, String instead) {
        return new ModelRejectedException(what + " can't be on a device (-D" + OnnxSettings.DEVICE + "): " + instead);
    }
}
