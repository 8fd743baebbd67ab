// SPDX-License-Identifier: Apache-2.0
/** Versions measured by devices that do not train on them meanwhile: who is asked, and what they answered. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.federation.evaluation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
