// SPDX-License-Identifier: Apache-2.0
/** The OpenAI-compatible HTTP API: parses and checks requests, makes prompts, streams or aggregates answers. */
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "admission",
            "encoding",
            "execution",
            "grammar",
            "models",
            "pictures",
            "scheduling",
            "usage"
        })
package dev.rivulet.inference.completion;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
