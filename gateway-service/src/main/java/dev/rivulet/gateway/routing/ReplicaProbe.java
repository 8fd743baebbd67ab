// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import java.time.Duration;
import reactor.core.publisher.Mono;

/** Asks a replica how it is, past Kafka. */
public interface ReplicaProbe {

    /**
     * Asks once.
     *
     * @param replica as it was last heard of
     * @return its present word; {@link LateAnswerException} if it doesn't answer in time, another error if nobody is there, or
     *     another replica
     */
    Mono<Replica> ask(Replica replica);

    /** Somebody may be there, and is busy or paused. */
    final class LateAnswerException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        public LateAnswerException(Duration limit) {
            super("no answer within " + limit.toMillis() + " ms", null, false, false);
        }
    }
}
