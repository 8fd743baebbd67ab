// SPDX-License-Identifier: Apache-2.0
/** Files of callers, such as the input and the output of batches: each seen by its own key alone. */
@NullMarked
@ApplicationModule(
        displayName = "Files",
        allowedDependencies = {"exchange", "identity"})
package dev.rivulet.gateway.files;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
