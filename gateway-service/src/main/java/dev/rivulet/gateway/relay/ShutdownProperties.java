// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the gateway ends.
 *
 * @param lead from 0 s to 60 s: how long it says that it is not ready, and takes requests nevertheless, before it takes no
 *     more; whoever chooses between gateways must notice within it
 */
@ConfigurationProperties("rivulet.shutdown")
record ShutdownProperties(@DefaultValue("0s") Duration lead) {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    ShutdownProperties {
        if (lead.isNegative() || lead.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("rivulet.shutdown.lead is " + lead + ", and goes from 0s to 60s.");
        }
    }
}
