// SPDX-License-Identifier: Apache-2.0
/** Who may open the console, from which page, and what a page may load. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.console.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
