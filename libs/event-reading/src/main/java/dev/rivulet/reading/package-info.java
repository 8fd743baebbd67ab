// SPDX-License-Identifier: Apache-2.0
/** How a topic is read for an effect: once per event, in order per key, what can't be taken parked with its reason. */
@NullMarked
package dev.rivulet.reading;

import org.jspecify.annotations.NullMarked;
