// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.evaluation;

import org.jspecify.annotations.Nullable;

/**
 * How well a version does, by all devices that measured it: means by examples.
 *
 * @param devices that answered
 * @param accuracy of the devices that told one; null if none did
 */
public record Measure(
        long version,
        int devices,
        double examples,
        double loss,
        @Nullable Double accuracy) {}
