// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.updates;

import java.util.Map;

/**
 * What a device says of its update before it sends the bytes.
 *
 * @param size of the bytes
 * @param sha256 of the bytes, 64 hexadecimal digits
 * @param base version that was trained
 * @param weight number of examples
 */
public record Announcement(
        long round, long size, String sha256, long base, double weight, Map<String, Double> metrics) {

    public Announcement {
        metrics = Map.copyOf(metrics);
    }
}
