// SPDX-License-Identifier: Apache-2.0
/** What jobs of the assistant have found, kept in Redis for the next gateway. */
@NullMarked
package dev.rivulet.gateway.assistant.redis;

import org.jspecify.annotations.NullMarked;
