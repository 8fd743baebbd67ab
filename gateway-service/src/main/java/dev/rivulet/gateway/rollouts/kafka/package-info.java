// SPDX-License-Identifier: Apache-2.0
/** The registry's word about rollouts, from Kafka. */
@NullMarked
package dev.rivulet.gateway.rollouts.kafka;

import org.jspecify.annotations.NullMarked;
