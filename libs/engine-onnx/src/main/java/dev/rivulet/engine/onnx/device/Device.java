// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx.device;

import dev.rivulet.modelpackage.graph.Half;

/**
 * Where decoders run instead of in the engine's own way on the processor.
 *
 * @param provider who computes
 * @param half the numbers of weights and cache
 */
public record Device(Provider provider, Half half) {}
