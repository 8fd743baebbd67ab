// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.publication;

import org.jspecify.annotations.Nullable;

/**
 * A version of a federation's model.
 *
 * @param version number of times the model has changed
 * @param sha256 of its bytes: float32, little-endian, one tensor after the other
 * @param round that made it; null for the version that the federation began with
 * @param published whether devices may have it
 */
public record ModelVersion(
        String federation,
        long version,
        String sha256,
        @Nullable Long round,
        boolean published) {}
