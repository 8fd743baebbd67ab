// SPDX-License-Identifier: Apache-2.0
/** What this replica is and how it is: its status once a second, its readiness, and an orderly end. */
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "admission",
            "commands",
            "encoding",
            "execution",
            "models",
            "scheduling",
            "tensors",
            "transcription"
        })
package dev.rivulet.inference.replica;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
