// SPDX-License-Identifier: Apache-2.0
/** Programs of Flower take part: each connection is a participant that no key stands for. */
@NullMarked
@ApplicationModule(allowedDependencies = {"edge", "evaluation", "participants", "publication", "rounds", "updates"})
package dev.rivulet.federation.flower;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
