// SPDX-License-Identifier: Apache-2.0
/** Updates on their way to a round: resumable, checked, each counted once. */
@NullMarked
@ApplicationModule(allowedDependencies = {"aggregation", "edge", "participants", "privacy", "publication", "rounds"})
package dev.rivulet.federation.updates;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
