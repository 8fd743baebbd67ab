// SPDX-License-Identifier: Apache-2.0
/** Who has applied what: the reports of instances, kept in the database. */
@NullMarked
package dev.rivulet.config.applied;

import org.jspecify.annotations.NullMarked;
