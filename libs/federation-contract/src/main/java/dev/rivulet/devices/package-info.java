// SPDX-License-Identifier: Apache-2.0
/** What devices and the federation agree on beside the messages: signatures, headers and the reasons for refusals. */
@NullMarked
package dev.rivulet.devices;

import org.jspecify.annotations.NullMarked;
