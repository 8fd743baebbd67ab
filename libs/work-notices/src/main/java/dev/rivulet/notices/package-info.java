// SPDX-License-Identifier: Apache-2.0
/** Notices that a federation looks for devices, over an MQTT broker: a hint to come and wait, never more. */
@NullMarked
package dev.rivulet.notices;

import org.jspecify.annotations.NullMarked;
