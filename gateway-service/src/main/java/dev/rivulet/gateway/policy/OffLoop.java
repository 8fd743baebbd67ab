// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import java.util.concurrent.Callable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Keeps much work off the event loops.
 *
 * @param scheduler where it is done
 */
record OffLoop(Scheduler scheduler) {

    /** So many bytes are filtered in about a millisecond for each filter. */
    private static final int MUCH = 16_384;

    /** Does the work for so many bytes: here if they are few. */
    Mono<byte[]> run(int bytes, Callable<byte[]> work) {
        Mono<byte[]> running = Mono.fromCallable(work);
        return bytes > MUCH ? running.subscribeOn(scheduler) : running;
    }
}
