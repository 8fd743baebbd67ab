// SPDX-License-Identifier: Apache-2.0
/** How many updates become one model: pure functions from a server's state and updates to its next state. */
@NullMarked
package dev.rivulet.federated.aggregation;

import org.jspecify.annotations.NullMarked;
