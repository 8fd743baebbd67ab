// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.instances;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether instances share federations, and how they find each other.
 *
 * @param several whether there are others beside this one: they share its database, its folder and Kafka. An instance that is alone
 *     needs no broker
 * @param address where the others reach this one, without a path
 * @param silence after which an instance that is not heard of loses its leads; at least what the brokers allow, 6 s as they come
 * @param look how often new federations are looked for
 * @param patience of a request that comes while nobody leads
 */
@ConfigurationProperties("rivulet.federation.instances")
public record InstancesSettings(
        @DefaultValue("false") boolean several,
        @DefaultValue("") String address,
        @DefaultValue("6s") Duration silence,
        @DefaultValue("500ms") Duration look,
        @DefaultValue("15s") Duration patience) {

    public InstancesSettings {
        if (several && !address.matches("https?://[^/?#]+")) {
            throw new IllegalArgumentException(
                    "rivulet.federation.instances.address (RIVULET_FEDERATION_ADDRESS) must be an address without a path,"
                            + " where the other instances reach this one, not '" + address + "'");
        }
        if (!silence.isPositive() || !look.isPositive() || patience.isNegative()) {
            throw new IllegalArgumentException("the times of rivulet.federation.instances must be positive");
        }
    }
}
