/** Who calls: API keys, kept as hashes. */
@NullMarked
@ApplicationModule(
        displayName = "Identity",
        allowedDependencies = {})
package dev.rivulet.gateway.identity;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
