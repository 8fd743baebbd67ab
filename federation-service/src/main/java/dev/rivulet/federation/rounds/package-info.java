// SPDX-License-Identifier: Apache-2.0
/** Federations and their rounds: event-sourced, one state machine for each round. */
@NullMarked
@ApplicationModule(
        allowedDependencies = {"aggregation", "edge", "evaluation", "participants", "privacy", "publication"})
package dev.rivulet.federation.rounds;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
