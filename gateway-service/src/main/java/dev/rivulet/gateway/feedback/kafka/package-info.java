// SPDX-License-Identifier: Apache-2.0
/** Tells on Kafka what callers think of answers. */
@NullMarked
package dev.rivulet.gateway.feedback.kafka;

import org.jspecify.annotations.NullMarked;
