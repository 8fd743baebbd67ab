// SPDX-License-Identifier: Apache-2.0
/** What is asked and what is answered, and the steps between the door and a replica that may change either. */
@NullMarked
@ApplicationModule(displayName = "Exchange", allowedDependencies = "identity")
package dev.rivulet.gateway.exchange;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
