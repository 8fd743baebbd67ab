// SPDX-License-Identifier: Apache-2.0
/** Finished requests, read from Kafka for what they count. */
@NullMarked
package dev.rivulet.registry.usage.kafka;

import org.jspecify.annotations.NullMarked;
