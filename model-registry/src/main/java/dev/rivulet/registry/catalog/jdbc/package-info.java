// SPDX-License-Identifier: Apache-2.0
/** The catalogue as tables of PostgreSQL. */
@NullMarked
package dev.rivulet.registry.catalog.jdbc;

import org.jspecify.annotations.NullMarked;
