// SPDX-License-Identifier: Apache-2.0
/** Pictures of requests: read within limits, encoded on workers of their own, kept for who sends them again. */
@NullMarked
@ApplicationModule(allowedDependencies = {"media", "models"})
package dev.rivulet.inference.pictures;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
