// SPDX-License-Identifier: Apache-2.0
/** Language models on ONNX Runtime: the session, the KV cache in place, and the steps of a decoder. */
@NullMarked
package dev.rivulet.engine.onnx;

import org.jspecify.annotations.NullMarked;
