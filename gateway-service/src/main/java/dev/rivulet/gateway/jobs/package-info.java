// SPDX-License-Identifier: Apache-2.0
/** Requests that are answered later, through Kafka: submitted, followed, cancelled, and their results kept for a time. */
@NullMarked
@ApplicationModule(
        displayName = "Jobs",
        allowedDependencies = {"exchange", "routing", "identity", "budget", "topics"})
package dev.rivulet.gateway.jobs;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
