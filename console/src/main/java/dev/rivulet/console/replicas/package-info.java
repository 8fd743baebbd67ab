// SPDX-License-Identifier: Apache-2.0
/** What every replica says about itself, live. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.console.replicas;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
