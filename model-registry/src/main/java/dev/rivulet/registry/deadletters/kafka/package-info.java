// SPDX-License-Identifier: Apache-2.0
/** Dead letters of all topics, read from Kafka and sent back over it. */
@NullMarked
package dev.rivulet.registry.deadletters.kafka;

import org.jspecify.annotations.NullMarked;
