// SPDX-License-Identifier: Apache-2.0
/** A real Kafka broker in a JVM of its own, and the rights of services at brokers of others. */
@NullMarked
package dev.rivulet.cli.kafka;

import org.jspecify.annotations.NullMarked;
