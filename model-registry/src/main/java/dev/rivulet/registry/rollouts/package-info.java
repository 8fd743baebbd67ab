// SPDX-License-Identifier: Apache-2.0
/** Brings a version into production step by step, and takes it back by itself when it is worse. */
@NullMarked
@ApplicationModule(allowedDependencies = {"callers", "catalog"})
package dev.rivulet.registry.rollouts;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
