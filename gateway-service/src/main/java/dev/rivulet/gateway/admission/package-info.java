/** Whether there is room: how many requests run at once, how many wait and how long. */
@NullMarked
@ApplicationModule(displayName = "Admission", allowedDependencies = "identity")
package dev.rivulet.gateway.admission;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
