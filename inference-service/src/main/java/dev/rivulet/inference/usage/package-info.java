// SPDX-License-Identifier: Apache-2.0
/** Tells the other services what each finished request cost; never slows a token. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.inference.usage;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
