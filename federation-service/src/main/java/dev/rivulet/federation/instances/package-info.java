// SPDX-License-Identifier: Apache-2.0
/** Several instances beside each other: one leads a federation, the others hand on what its devices send. */
@NullMarked
@ApplicationModule(allowedDependencies = {"edge", "participants", "rounds"})
package dev.rivulet.federation.instances;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
