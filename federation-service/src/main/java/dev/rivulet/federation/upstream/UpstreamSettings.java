// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.upstream;

import java.net.URI;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which federations here are devices of a federation above.
 *
 * @param upstreams by the name of the federation here
 */
@ConfigurationProperties("rivulet.federation")
public record UpstreamSettings(@DefaultValue Map<String, Above> upstreams) {

    /**
     * The federation above.
     *
     * @param service where it is reached
     * @param token by which the federation here enrols there, once; it is not needed any more after that
     */
    public record Above(URI service, @DefaultValue("") String token) {

        /** Says where, and no token. */
        @Override
        public String toString() {
            return "Above[" + service + "]";
        }
    }

    public UpstreamSettings {
        upstreams = Map.copyOf(upstreams);
    }
}
