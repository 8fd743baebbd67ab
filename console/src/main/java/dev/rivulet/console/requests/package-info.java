// SPDX-License-Identifier: Apache-2.0
/** The way of the last requests through the services, from the facts that these tell of them. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.console.requests;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
