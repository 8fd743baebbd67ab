// SPDX-License-Identifier: Apache-2.0
/** Keeps API keys on a compacted topic. */
@NullMarked
package dev.rivulet.gateway.identity.kafka;

import org.jspecify.annotations.NullMarked;
