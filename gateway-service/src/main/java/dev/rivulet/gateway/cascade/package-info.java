// SPDX-License-Identifier: Apache-2.0
/** Several models behind one name: from small to large, several at once, and what is answered when none of them can. */
@NullMarked
@ApplicationModule(displayName = "Cascade", allowedDependencies = "exchange")
package dev.rivulet.gateway.cascade;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
