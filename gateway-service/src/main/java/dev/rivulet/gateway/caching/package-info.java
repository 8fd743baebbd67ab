// SPDX-License-Identifier: Apache-2.0
/** Answers that are known already: to the same request, or by leave to one that means the same; each API key has its own. */
@NullMarked
@ApplicationModule(
        displayName = "Caching",
        allowedDependencies = {"exchange", "rollouts"})
package dev.rivulet.gateway.caching;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
