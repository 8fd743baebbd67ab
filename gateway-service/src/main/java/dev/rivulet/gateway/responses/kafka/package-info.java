// SPDX-License-Identifier: Apache-2.0
/** Tells other gateways of responses that are kept, and hears of theirs. */
@NullMarked
package dev.rivulet.gateway.responses.kafka;

import org.jspecify.annotations.NullMarked;
