// SPDX-License-Identifier: Apache-2.0
/** Documents of each API key, cut into passages that questions find. */
@NullMarked
@ApplicationModule(
        displayName = "Documents",
        allowedDependencies = {"exchange", "files", "budget", "identity"})
package dev.rivulet.gateway.documents;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
