/** Stages as tables of PostgreSQL. */
@NullMarked
package dev.rivulet.registry.stages.jdbc;

import org.jspecify.annotations.NullMarked;
