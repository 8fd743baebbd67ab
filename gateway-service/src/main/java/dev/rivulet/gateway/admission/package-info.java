// SPDX-License-Identifier: Apache-2.0
/** Whether there is room: how many requests of a model run at once, how many wait, how long and in which order. */
@NullMarked
@ApplicationModule(
        displayName = "Admission",
        allowedDependencies = {"exchange", "identity"})
package dev.rivulet.gateway.admission;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
