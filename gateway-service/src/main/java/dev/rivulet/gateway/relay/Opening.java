// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.exchange.Answer;

/** How the answer to a request for a stream begins. */
sealed interface Opening {

    /** With events: bytes of the replica, or a ping because they have not come yet. */
    record Events() implements Opening {}

    /** With something else, such as an error: the body has not been read. */
    record Whole(Answer answer) implements Opening {}
}
