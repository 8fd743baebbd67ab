// SPDX-License-Identifier: Apache-2.0
/** ONNX graphs of decoders, written from a model's own weights without an exporter. */
@NullMarked
package dev.rivulet.modelpackage.graph;

import org.jspecify.annotations.NullMarked;
