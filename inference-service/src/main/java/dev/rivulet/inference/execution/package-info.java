// SPDX-License-Identifier: Apache-2.0
/** One loop thread per model: carries out step plans, samples, turns tokens into text and hands it to each reader's outbox. */
@NullMarked
@ApplicationModule(allowedDependencies = {"grammar", "scheduling", "models"})
package dev.rivulet.inference.execution;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
