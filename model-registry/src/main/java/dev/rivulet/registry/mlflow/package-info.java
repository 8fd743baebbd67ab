// SPDX-License-Identifier: Apache-2.0
/** The catalogue as unmodified clients of MLflow see and change it. */
@NullMarked
@ApplicationModule(allowedDependencies = {"artifacts", "catalog", "stages"})
package dev.rivulet.registry.mlflow;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
