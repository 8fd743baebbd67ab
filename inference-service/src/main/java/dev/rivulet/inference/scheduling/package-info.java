// SPDX-License-Identifier: Apache-2.0
/** Decides which sequences hold which slots and what the next step computes: pure functions from state to plan and back. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.inference.scheduling;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
