// SPDX-License-Identifier: Apache-2.0
/** What is wanted of devices as a table of PostgreSQL. */
@NullMarked
package dev.rivulet.federation.attestation.jdbc;

import org.jspecify.annotations.NullMarked;
