// SPDX-License-Identifier: Apache-2.0
/** What Prometheus is told of rounds: how long they take, who was too late, what they cost in bytes and in privacy, how well they do. */
@NullMarked
@ApplicationModule(allowedDependencies = {"rounds", "privacy"})
package dev.rivulet.federation.metrics;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
