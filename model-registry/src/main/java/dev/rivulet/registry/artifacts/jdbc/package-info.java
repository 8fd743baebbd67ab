// SPDX-License-Identifier: Apache-2.0
/** What is known of blobs beside their bytes, as tables of PostgreSQL. */
@NullMarked
package dev.rivulet.registry.artifacts.jdbc;

import org.jspecify.annotations.NullMarked;
