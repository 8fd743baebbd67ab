// SPDX-License-Identifier: Apache-2.0
/** Differential privacy: clipping and noise, what they spend, and the budget that stops training when it is spent. */
@NullMarked
package dev.rivulet.federated.privacy;

import org.jspecify.annotations.NullMarked;
