// SPDX-License-Identifier: Apache-2.0
/** What encoders made of pictures and of sound, kept for the tenant who sent them. */
@NullMarked
@ApplicationModule(allowedDependencies = "models")
package dev.rivulet.inference.media;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
