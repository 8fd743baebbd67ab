// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.requests;

import java.time.Instant;
import java.util.List;

/**
 * What is known of one request.
 *
 * @param request its id, as {@code x-request-id}
 * @param model that was asked
 * @param version that answered
 * @param outcome why it ended: {@code stop}, {@code length}, {@code cancelled}, {@code error}, ...
 * @param at when it ended
 * @param trace id of its trace, empty without one
 * @param steps in the order of their time
 */
record Way(String request, String model, String version, String outcome, Instant at, String trace, List<Step> steps) {

    Way {
        steps = List.copyOf(steps);
    }

    /** Without steps, for a list. */
    Way briefly() {
        return new Way(request, model, version, outcome, at, trace, List.of());
    }

    /**
     * One stage, or a moment.
     *
     * @param service who did it
     * @param what such as {@code prefill}
     * @param at when it began
     * @param seconds how long it took; 0 for a moment
     * @param detail for people, may be empty
     */
    record Step(String service, String what, Instant at, double seconds, String detail) {}
}
