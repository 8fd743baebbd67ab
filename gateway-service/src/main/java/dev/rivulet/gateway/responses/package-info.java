// SPDX-License-Identifier: Apache-2.0
/** OpenAI's responses: chats whose answers are items and typed events, kept for a time, and answered in the background. */
@NullMarked
@ApplicationModule(
        displayName = "Responses",
        allowedDependencies = {"exchange", "identity", "jobs", "resume", "topics"})
package dev.rivulet.gateway.responses;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
