// SPDX-License-Identifier: Apache-2.0
/** Takes jobs from Kafka, and gives results and offsets back in one transaction. */
@NullMarked
package dev.rivulet.inference.jobs.kafka;

import org.jspecify.annotations.NullMarked;
