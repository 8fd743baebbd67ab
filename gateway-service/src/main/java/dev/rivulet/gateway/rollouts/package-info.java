// SPDX-License-Identifier: Apache-2.0
/** Which version of a model answers while the registry rolls a new one out: follows its word, splits requests, mirrors some. */
@NullMarked
@ApplicationModule(
        displayName = "Rollouts",
        allowedDependencies = {"exchange", "identity", "routing", "topics"})
package dev.rivulet.gateway.rollouts;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
