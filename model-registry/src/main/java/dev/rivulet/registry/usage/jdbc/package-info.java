// SPDX-License-Identifier: Apache-2.0
/** Usage as a table of PostgreSQL. */
@NullMarked
package dev.rivulet.registry.usage.jdbc;

import org.jspecify.annotations.NullMarked;
