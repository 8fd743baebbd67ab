// SPDX-License-Identifier: Apache-2.0
/** Stages as tables of PostgreSQL. */
@NullMarked
package dev.rivulet.registry.stages.jdbc;

import org.jspecify.annotations.NullMarked;
