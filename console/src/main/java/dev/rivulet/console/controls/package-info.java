// SPDX-License-Identifier: Apache-2.0
/** Passes what the pages ask of registry, federation and configuration on to them, if it is on the list of what may be asked. */
@NullMarked
@ApplicationModule(allowedDependencies = {"relay", "services"})
package dev.rivulet.console.controls;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
