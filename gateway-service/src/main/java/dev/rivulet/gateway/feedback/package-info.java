// SPDX-License-Identifier: Apache-2.0
/** What callers think of answers: a score for a request of their own, told on by version, and what they let the site keep of their words, which stays here. */
@NullMarked
@ApplicationModule(
        displayName = "Feedback",
        allowedDependencies = {"exchange", "topics"})
package dev.rivulet.gateway.feedback;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
