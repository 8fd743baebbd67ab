// SPDX-License-Identifier: Apache-2.0
/** Versions on their way as tables of PostgreSQL. */
@NullMarked
package dev.rivulet.federation.handover.jdbc;

import org.jspecify.annotations.NullMarked;
