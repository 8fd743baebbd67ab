// SPDX-License-Identifier: Apache-2.0
/** Versions of a federation's model and their bytes. */
@NullMarked
@ApplicationModule(allowedDependencies = {"edge", "participants"})
package dev.rivulet.federation.publication;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
