// SPDX-License-Identifier: Apache-2.0
/** Devices and enrolment tokens as tables of PostgreSQL. */
@NullMarked
package dev.rivulet.federation.participants.jdbc;

import org.jspecify.annotations.NullMarked;
