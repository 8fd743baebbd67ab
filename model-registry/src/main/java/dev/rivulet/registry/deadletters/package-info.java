// SPDX-License-Identifier: Apache-2.0
/** What readers could not deal with, for people to look at, to mend and to send back. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package dev.rivulet.registry.deadletters;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
