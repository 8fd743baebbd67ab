// SPDX-License-Identifier: Apache-2.0
/** Streams that outlive their readers' connections: they run as jobs, and who comes back gets the rest. */
@NullMarked
@ApplicationModule(
        displayName = "Resume",
        allowedDependencies = {"exchange", "identity", "jobs"})
package dev.rivulet.gateway.resume;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
