// SPDX-License-Identifier: Apache-2.0
/** The bytes of models, addressed by their SHA-256 and never changed. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.registry.artifacts;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
