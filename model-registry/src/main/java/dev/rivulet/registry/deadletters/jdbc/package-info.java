// SPDX-License-Identifier: Apache-2.0
/** Dead letters as a table of PostgreSQL. */
@NullMarked
package dev.rivulet.registry.deadletters.jdbc;

import org.jspecify.annotations.NullMarked;
