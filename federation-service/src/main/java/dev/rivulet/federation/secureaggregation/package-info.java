// SPDX-License-Identifier: Apache-2.0
/** Rounds whose updates nobody sees: masked vectors are summed step by step, and the masks taken off the sum alone. */
@NullMarked
@ApplicationModule(allowedDependencies = {"aggregation", "edge", "participants", "publication", "rounds"})
package dev.rivulet.federation.secureaggregation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
