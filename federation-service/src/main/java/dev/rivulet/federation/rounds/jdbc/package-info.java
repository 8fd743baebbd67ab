// SPDX-License-Identifier: Apache-2.0
/** Federations and the events of rounds as tables of PostgreSQL. */
@NullMarked
package dev.rivulet.federation.rounds.jdbc;

import org.jspecify.annotations.NullMarked;
