// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.batches;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How batches run.
 *
 * @param mostLines requests of one batch
 * @param atOnce requests of one batch that are jobs at once; the rest waits here, so that other jobs come in between
 * @param mostRunning batches that run at once; others wait for their turn
 * @param mostPerKey batches of one key that have not ended
 * @param keep how long a batch can be asked for after its end
 * @param retry time until a request is handed over again that could not be
 */
@ConfigurationProperties("rivulet.batches")
public record BatchesProperties(
        @DefaultValue("50000") int mostLines,
        @DefaultValue("16") int atOnce,
        @DefaultValue("4") int mostRunning,
        @DefaultValue("100") int mostPerKey,
        @DefaultValue("30d") Duration keep,
        @DefaultValue("2s") Duration retry) {

    public BatchesProperties {
        if (mostLines < 1 || atOnce < 1 || atOnce > 256 || mostRunning < 1 || mostPerKey < 1 || retry.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "rivulet.batches: every number is at least 1, at-once at most 256, retry at least 1ms");
        }
    }
}
