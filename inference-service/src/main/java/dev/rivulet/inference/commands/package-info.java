// SPDX-License-Identifier: Apache-2.0
/** Recognisers of spoken commands and their HTTP API. */
@NullMarked
@ApplicationModule(allowedDependencies = {"admission", "completion", "models"})
package dev.rivulet.inference.commands;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
