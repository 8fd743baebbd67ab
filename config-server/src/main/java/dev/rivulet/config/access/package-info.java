/** Who may read the configuration: anybody on this machine, or holders of the internal token. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.config.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
