// SPDX-License-Identifier: Apache-2.0
/** Pictures that a tool draws of a building: gauges, floor plans and states, as SVG or PNG, from a validated description. */
@NullMarked
@ApplicationModule(
        displayName = "Pictures",
        allowedDependencies = {"exchange"})
package dev.rivulet.gateway.pictures;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
