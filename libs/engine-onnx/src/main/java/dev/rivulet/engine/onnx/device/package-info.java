// SPDX-License-Identifier: Apache-2.0
/** Decoders whose cache stays on a device, over ONNX Runtime's C API: its Java API knows neither device memory nor bound runs. */
@NullMarked
package dev.rivulet.engine.onnx.device;

import org.jspecify.annotations.NullMarked;
