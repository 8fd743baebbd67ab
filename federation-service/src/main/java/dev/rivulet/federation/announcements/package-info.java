// SPDX-License-Identifier: Apache-2.0
/** What the rest of the platform is told of rounds: facts for the topic {@code federation.round.changed}. */
@NullMarked
@ApplicationModule(allowedDependencies = {"rounds"})
package dev.rivulet.federation.announcements;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
