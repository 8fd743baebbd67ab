// SPDX-License-Identifier: Apache-2.0
/** Lets requests in while there is room, and tells the others when to come back. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.inference.admission;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
