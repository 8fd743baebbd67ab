// SPDX-License-Identifier: Apache-2.0
/** Stages of versions, and who asked for and approved them. */
@NullMarked
@ApplicationModule(allowedDependencies = {"callers", "catalog"})
package dev.rivulet.registry.stages;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
