/** Facts that leave this service: written with the state in one transaction, sent in order, never lost. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.registry.changes;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
