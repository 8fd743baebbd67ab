/** Stages of versions, and who asked for and approved them. */
@NullMarked
@ApplicationModule(allowedDependencies = {"catalog"})
package dev.rivulet.registry.stages;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
