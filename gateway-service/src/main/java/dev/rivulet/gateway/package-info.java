// SPDX-License-Identifier: Apache-2.0
/** The door of Rivulet: OpenAI-compatible HTTP in front of the replicas. */
@NullMarked
package dev.rivulet.gateway;

import org.jspecify.annotations.NullMarked;
