// SPDX-License-Identifier: Apache-2.0
/** What events there are: the catalogue's AsyncAPI document, for people and tools. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.registry.contracts;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
