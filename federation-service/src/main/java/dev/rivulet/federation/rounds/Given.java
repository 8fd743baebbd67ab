// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import java.time.Instant;

/** Work that a device was given, and until when it has time. */
record Given(long round, long base, Instant due) {}
