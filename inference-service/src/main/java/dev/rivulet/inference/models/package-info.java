// SPDX-License-Identifier: Apache-2.0
/** Follows the registry: downloads, checks and loads the champion version of every model whose task it can do, and swaps versions. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.inference.models;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
