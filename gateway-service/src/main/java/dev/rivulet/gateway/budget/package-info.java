// SPDX-License-Identifier: Apache-2.0
/** How much a key may ask for: requests and tokens a minute, tokens a day. */
@NullMarked
@ApplicationModule(
        displayName = "Budget",
        allowedDependencies = {"identity", "topics"})
package dev.rivulet.gateway.budget;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
