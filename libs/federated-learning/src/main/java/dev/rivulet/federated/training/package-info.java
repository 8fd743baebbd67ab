// SPDX-License-Identifier: Apache-2.0
/** What a device does with its own examples: small models, local training, and what it keeps to itself. */
@NullMarked
package dev.rivulet.federated.training;

import org.jspecify.annotations.NullMarked;
