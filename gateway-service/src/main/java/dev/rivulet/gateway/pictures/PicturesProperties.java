// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.pictures;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How much drawing there may be at a time.
 *
 * @param maxBody largest description of a picture, 1KB to 1MB
 * @param drawers pictures drawn at once, 1–16
 * @param waiting pictures that may wait for it, 1–1000; further ones are refused
 * @param patience until a description has arrived
 */
@ConfigurationProperties("rivulet.pictures")
public record PicturesProperties(
        @DefaultValue("64KB") DataSize maxBody,
        @DefaultValue("1") int drawers,
        @DefaultValue("32") int waiting,
        @DefaultValue("10s") Duration patience) {

    private static final int MOST_DRAWERS = 16;
    private static final int MOST_WAITING = 1000;

    public PicturesProperties {
        if (maxBody.toKilobytes() < 1
                || maxBody.toMegabytes() > 1
                || drawers < 1
                || drawers > MOST_DRAWERS
                || waiting < 1
                || waiting > MOST_WAITING
                || !patience.isPositive()) {
            throw new IllegalArgumentException(
                    "rivulet.pictures: max-body is between 1KB and 1MB, drawers between 1 and 16, "
                            + "waiting between 1 and 1000, patience above 0");
        }
    }
}
