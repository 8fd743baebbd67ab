// SPDX-License-Identifier: Apache-2.0
/** The assistant: a graph of small models, rules and facts that answers under one name as a model does. */
@NullMarked
@ApplicationModule(
        displayName = "Assistant",
        allowedDependencies = {"exchange", "building", "documents", "identity", "pictures", "rollouts", "routing"})
package dev.rivulet.gateway.assistant;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
