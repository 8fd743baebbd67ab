// SPDX-License-Identifier: Apache-2.0
/** Any ONNX graph over the REST form of the Open Inference Protocol, version 2, with tensors as JSON or as bytes. */
@NullMarked
@ApplicationModule(allowedDependencies = {"admission", "models"})
package dev.rivulet.inference.tensors;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
