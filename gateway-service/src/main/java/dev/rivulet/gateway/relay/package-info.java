// SPDX-License-Identifier: Apache-2.0
/** The bytes of a request to a replica and of its answer back, at the pace of the reader. */
@NullMarked
@ApplicationModule(
        displayName = "Relay",
        allowedDependencies = {"exchange", "routing", "admission", "budget", "identity"})
package dev.rivulet.gateway.relay;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
