// SPDX-License-Identifier: Apache-2.0
/** Answers in PostgreSQL. */
@NullMarked
package dev.rivulet.federation.evaluation.jdbc;

import org.jspecify.annotations.NullMarked;
