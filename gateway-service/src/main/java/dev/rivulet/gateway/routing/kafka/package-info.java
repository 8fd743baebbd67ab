// SPDX-License-Identifier: Apache-2.0
/** Reads the replicas' reports from Kafka. */
@NullMarked
package dev.rivulet.gateway.routing.kafka;

import org.jspecify.annotations.NullMarked;
