// SPDX-License-Identifier: Apache-2.0
/** Edges as a table of PostgreSQL. */
@NullMarked
package dev.rivulet.registry.lineage.jdbc;

import org.jspecify.annotations.NullMarked;
