// SPDX-License-Identifier: Apache-2.0
/** Leaders and their epochs as a table of PostgreSQL. */
@NullMarked
package dev.rivulet.federation.instances.jdbc;

import org.jspecify.annotations.NullMarked;
