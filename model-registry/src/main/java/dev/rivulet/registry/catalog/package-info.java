// SPDX-License-Identifier: Apache-2.0
/** What models, versions and aliases exist. */
@NullMarked
@ApplicationModule(allowedDependencies = {"artifacts"})
package dev.rivulet.registry.catalog;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
