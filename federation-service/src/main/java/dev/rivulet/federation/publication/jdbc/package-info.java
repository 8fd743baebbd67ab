// SPDX-License-Identifier: Apache-2.0
/** Versions as a table of PostgreSQL. */
@NullMarked
package dev.rivulet.federation.publication.jdbc;

import org.jspecify.annotations.NullMarked;
