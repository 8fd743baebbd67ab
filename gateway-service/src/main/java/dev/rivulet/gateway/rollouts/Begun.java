// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.rollouts;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.BegunBody;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * How an answer begins: nothing of it has been read, except of a stream what comes before its first event and that event.
 *
 * @param answer to be read or abandoned
 * @param good whether it is a success, and its first event is no error
 */
record Begun(Answer answer, boolean good) {

    /** Waits until it is known how an answer begins. Cancelling abandons the answer. */
    static Mono<Begun> of(Answer answer) {
        if (!answer.isStream()) {
            return Mono.just(new Begun(answer, answer.status() == 200));
        }
        return Mono.create(sink -> {
            AtomicReference<@Nullable BegunBody> self = new AtomicReference<>();
            BegunBody body = new BegunBody(answer, good -> {
                BegunBody begun = self.get();
                if (begun != null) {
                    sink.success(new Begun(begun.answer(), good));
                }
            });
            self.set(body);
            sink.onCancel(body::drop);
            body.open();
        });
    }
}
