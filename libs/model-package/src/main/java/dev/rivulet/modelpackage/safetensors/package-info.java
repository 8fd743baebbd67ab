// SPDX-License-Identifier: Apache-2.0
/** Weights in safetensors files: mapped, and checked byte for byte before anything is believed. */
@NullMarked
package dev.rivulet.modelpackage.safetensors;

import org.jspecify.annotations.NullMarked;
