// SPDX-License-Identifier: Apache-2.0
/** The registry of models: what exists, its bytes, and what its aliases point to. */
@NullMarked
package dev.rivulet.registry;

import org.jspecify.annotations.NullMarked;
