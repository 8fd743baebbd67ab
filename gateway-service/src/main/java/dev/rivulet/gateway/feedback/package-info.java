/** What callers think of answers: a score for a request of their own, told on by version and without a word of what was said. */
@NullMarked
@ApplicationModule(
        displayName = "Feedback",
        allowedDependencies = {"exchange", "topics"})
package dev.rivulet.gateway.feedback;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
