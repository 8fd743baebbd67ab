// SPDX-License-Identifier: Apache-2.0
/** One interface for sums that nobody sees the parts of: masked, shared among aggregators, or encrypted. */
@NullMarked
package dev.rivulet.federated.shares;

import org.jspecify.annotations.NullMarked;
