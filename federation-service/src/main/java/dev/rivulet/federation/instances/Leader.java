// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.instances;

import java.time.Instant;

/**
 * Who leads a federation.
 *
 * @param epoch greater than that of each leader before it
 * @param address where it is reached
 * @param since when it took the lead
 */
public record Leader(long epoch, String address, Instant since) {}
