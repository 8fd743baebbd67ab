// SPDX-License-Identifier: Apache-2.0
/** Federations as devices of a federation above them: its model comes down, their weighted mean goes up. */
@NullMarked
@ApplicationModule(allowedDependencies = {"publication", "rounds"})
package dev.rivulet.federation.upstream;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
