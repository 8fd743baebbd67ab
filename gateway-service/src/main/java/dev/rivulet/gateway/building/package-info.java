// SPDX-License-Identifier: Apache-2.0
/** A simulated building for each API key, to be looked at and acted on; doors and alarms only after a confirmation. */
@NullMarked
@ApplicationModule(
        displayName = "Building",
        allowedDependencies = {"exchange"})
package dev.rivulet.gateway.building;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
