// SPDX-License-Identifier: Apache-2.0
/** Brings versions of models into production step by step, over the registry's interface. */
@NullMarked
package dev.rivulet.cli.rollout;

import org.jspecify.annotations.NullMarked;
