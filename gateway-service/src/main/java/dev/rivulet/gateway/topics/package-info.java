// SPDX-License-Identifier: Apache-2.0
/** What all gateways tell one another: topics of Kafka that each reads into memory from a point in the past on. */
@NullMarked
@ApplicationModule(
        displayName = "Topics",
        allowedDependencies = {})
package dev.rivulet.gateway.topics;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
