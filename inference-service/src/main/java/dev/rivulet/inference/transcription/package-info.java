// SPDX-License-Identifier: Apache-2.0
/** Speech written down: sounds of any kind of file come in as forms, text and subtitles go out, whole or as they are written. */
@NullMarked
@ApplicationModule(allowedDependencies = {"admission", "commands", "completion", "media", "models", "scheduling"})
package dev.rivulet.inference.transcription;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
