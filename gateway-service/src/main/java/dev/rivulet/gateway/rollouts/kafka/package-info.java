/** The registry's word about rollouts, from Kafka. */
@NullMarked
package dev.rivulet.gateway.rollouts.kafka;

import org.jspecify.annotations.NullMarked;
