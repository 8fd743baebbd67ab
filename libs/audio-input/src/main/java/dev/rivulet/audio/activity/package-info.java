// SPDX-License-Identifier: Apache-2.0
/** Where in a sound somebody speaks, told as the sound arrives. */
@NullMarked
package dev.rivulet.audio.activity;

import org.jspecify.annotations.NullMarked;
