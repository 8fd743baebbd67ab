// SPDX-License-Identifier: Apache-2.0
/** Versions on their way into the model registry: each once, whatever is away or ends meanwhile. */
@NullMarked
@ApplicationModule(allowedDependencies = {"aggregation", "publication", "rounds"})
package dev.rivulet.federation.handover;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
