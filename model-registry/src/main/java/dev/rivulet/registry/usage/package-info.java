// SPDX-License-Identifier: Apache-2.0
/** How much versions of models are used, counted once for each finished request. */
@NullMarked
@ApplicationModule(allowedDependencies = {"catalog"})
package dev.rivulet.registry.usage;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
