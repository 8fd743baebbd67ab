// SPDX-License-Identifier: Apache-2.0
/** Federations of simulated devices: generated data whose difficulty is known, attackers, and rounds without a network. */
@NullMarked
package dev.rivulet.federated.simulation;

import org.jspecify.annotations.NullMarked;
