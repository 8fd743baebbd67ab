// SPDX-License-Identifier: Apache-2.0
/** Sound that comes in as it is spoken, and speech that goes out. */
@NullMarked
@ApplicationModule(
        displayName = "Voice",
        allowedDependencies = {"exchange", "budget", "identity"})
package dev.rivulet.gateway.voice;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
