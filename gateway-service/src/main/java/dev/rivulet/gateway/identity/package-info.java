// SPDX-License-Identifier: Apache-2.0
/** Who calls: API keys, kept as hashes, and signed tokens; what each may do and how much. */
@NullMarked
@ApplicationModule(displayName = "Identity", allowedDependencies = "topics")
package dev.rivulet.gateway.identity;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
