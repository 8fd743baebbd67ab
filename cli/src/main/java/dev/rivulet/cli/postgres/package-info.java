// SPDX-License-Identifier: Apache-2.0
/** A real PostgreSQL server from a jar, with durable settings and a password. */
@NullMarked
package dev.rivulet.cli.postgres;

import org.jspecify.annotations.NullMarked;
