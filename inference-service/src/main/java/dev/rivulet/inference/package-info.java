// SPDX-License-Identifier: Apache-2.0
/** A replica: prompts in, tokens out, many readers on one model, each at its own pace. */
@NullMarked
package dev.rivulet.inference;

import org.jspecify.annotations.NullMarked;
