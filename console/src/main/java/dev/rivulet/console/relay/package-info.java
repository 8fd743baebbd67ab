// SPDX-License-Identifier: Apache-2.0
/** Carries chats, sound and keys to the gateway with the console's own key, and answers back as they come. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.console.relay;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
