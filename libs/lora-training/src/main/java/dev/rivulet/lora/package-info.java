// SPDX-License-Identifier: Apache-2.0
/** Learns low-rank adapters of a decoder on a site's own machine, in plain Java. */
@NullMarked
package dev.rivulet.lora;

import org.jspecify.annotations.NullMarked;
