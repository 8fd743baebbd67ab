// SPDX-License-Identifier: Apache-2.0
/** Sums of a round's updates in shards, by all instances over Kafka: each update is in one sum, once, whichever instance dies. */
@NullMarked
@ApplicationModule(allowedDependencies = {"aggregation", "participants", "rounds", "updates"})
package dev.rivulet.federation.shards;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
