// SPDX-License-Identifier: Apache-2.0
/** Sums by Kafka Streams, exactly once. */
@NullMarked
package dev.rivulet.federation.shards.kafka;

import org.jspecify.annotations.NullMarked;
