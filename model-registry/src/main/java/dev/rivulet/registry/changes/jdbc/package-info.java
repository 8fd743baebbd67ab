/** The outbox as a table of PostgreSQL. */
@NullMarked
package dev.rivulet.registry.changes.jdbc;

import org.jspecify.annotations.NullMarked;
