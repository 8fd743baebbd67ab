// SPDX-License-Identifier: Apache-2.0
/** Sleeping devices are told that a federation looks for them. */
@NullMarked
@ApplicationModule(allowedDependencies = {"rounds"})
package dev.rivulet.federation.notices;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
