// SPDX-License-Identifier: Apache-2.0
/** Who calls, in which roles, and what they changed. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.registry.callers;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
