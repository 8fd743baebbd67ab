// SPDX-License-Identifier: Apache-2.0
/** Which replica answers: a table of live replicas, fed by their reports and by asking the silent ones. */
@NullMarked
@ApplicationModule(
        displayName = "Routing",
        allowedDependencies = {"admission", "exchange"})
package dev.rivulet.gateway.routing;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
