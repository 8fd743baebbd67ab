// SPDX-License-Identifier: Apache-2.0
/** What passages mean, kept and compared in a PostgreSQL with pgvector. */
@NullMarked
package dev.rivulet.gateway.documents.pgvector;

import org.jspecify.annotations.NullMarked;
