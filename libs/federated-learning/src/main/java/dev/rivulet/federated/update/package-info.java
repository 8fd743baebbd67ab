// SPDX-License-Identifier: Apache-2.0
/** What a device sends and a federation keeps: named float32 tensors, what was learnt, and the refusals of what can't be used. */
@NullMarked
package dev.rivulet.federated.update;

import org.jspecify.annotations.NullMarked;
