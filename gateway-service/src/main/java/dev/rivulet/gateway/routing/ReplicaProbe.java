// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import reactor.core.publisher.Mono;

/** Asks a replica how it is, past Kafka. */
public interface ReplicaProbe {

    /**
     * Asks once.
     *
     * @param replica as it was last heard of
     * @return its present word; an error if it doesn't answer in time, or as another replica
     */
    Mono<Replica> ask(Replica replica);
}
