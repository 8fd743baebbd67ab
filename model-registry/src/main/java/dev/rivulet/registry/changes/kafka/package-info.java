/** Events as records of Kafka, through Spring Cloud Stream. */
@NullMarked
package dev.rivulet.registry.changes.kafka;

import org.jspecify.annotations.NullMarked;
