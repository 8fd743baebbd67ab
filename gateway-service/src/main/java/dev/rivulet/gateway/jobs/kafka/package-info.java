// SPDX-License-Identifier: Apache-2.0
/** Tells Kafka of jobs, and reads everything that it knows of them. */
@NullMarked
package dev.rivulet.gateway.jobs.kafka;

import org.jspecify.annotations.NullMarked;
