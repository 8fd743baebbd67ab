// SPDX-License-Identifier: Apache-2.0
/** How a service connects to Kafka: as whom, trusting which brokers, and what it says where it may not. */
@NullMarked
package dev.rivulet.kafka;

import org.jspecify.annotations.NullMarked;
