// SPDX-License-Identifier: Apache-2.0
/** Batches: files of requests that run as jobs of low priority, and the files of their answers. */
@NullMarked
@ApplicationModule(
        displayName = "Batches",
        allowedDependencies = {"exchange", "identity", "budget", "files", "jobs"})
package dev.rivulet.gateway.batches;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
