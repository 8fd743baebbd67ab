// SPDX-License-Identifier: Apache-2.0
/** The simulator as a program: a fleet, its strategies and its attackers, in a table. */
@NullMarked
package dev.rivulet.buildings.simulation;

import org.jspecify.annotations.NullMarked;
