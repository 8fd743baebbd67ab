// SPDX-License-Identifier: Apache-2.0
/** Audio as it comes in: bytes whose kind their content tells, a bounded mono waveform at 16 kHz, and its log-mel features. */
@NullMarked
package dev.rivulet.audio;

import org.jspecify.annotations.NullMarked;
