// SPDX-License-Identifier: Apache-2.0
/** What replicas tell of a candidate, read from their topics while a rollout is active. */
@NullMarked
package dev.rivulet.registry.rollouts.kafka;

import org.jspecify.annotations.NullMarked;
