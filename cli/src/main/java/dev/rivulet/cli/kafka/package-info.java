/** A real Kafka broker in a JVM of its own. */
@NullMarked
package dev.rivulet.cli.kafka;

import org.jspecify.annotations.NullMarked;
