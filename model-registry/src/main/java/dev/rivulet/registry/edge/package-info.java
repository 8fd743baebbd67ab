// SPDX-License-Identifier: Apache-2.0
/** What every request gets: an id, and problem details when it fails. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.registry.edge;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
