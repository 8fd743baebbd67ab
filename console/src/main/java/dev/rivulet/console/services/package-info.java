// SPDX-License-Identifier: Apache-2.0
/** Tells Spring Boot Admin which services there are and how to read them. */
@NullMarked
@ApplicationModule(allowedDependencies = {"replicas"})
package dev.rivulet.console.services;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
