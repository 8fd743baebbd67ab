// SPDX-License-Identifier: Apache-2.0
/** Notices over MQTT. */
@NullMarked
package dev.rivulet.federation.notices.mqtt;

import org.jspecify.annotations.NullMarked;
