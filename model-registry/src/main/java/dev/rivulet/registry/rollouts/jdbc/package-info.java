// SPDX-License-Identifier: Apache-2.0
/** Events, snapshots and projections of rollouts as tables of PostgreSQL. */
@NullMarked
package dev.rivulet.registry.rollouts.jdbc;

import org.jspecify.annotations.NullMarked;
