// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.feedback;

import dev.rivulet.events.inference.v1.FeedbackGiven;
import reactor.core.publisher.Mono;

/** Where feedback is told on. */
public interface FeedbackLog {

    /** @return completes when it is kept; fails where that is not known in time */
    Mono<Void> given(FeedbackGiven feedback);
}
