// SPDX-License-Identifier: Apache-2.0
/** Runs encoders: queues rows of requests, batches them on one thread per model, swaps versions. */
@NullMarked
@ApplicationModule(allowedDependencies = {"batching", "models"})
package dev.rivulet.inference.encoding;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
