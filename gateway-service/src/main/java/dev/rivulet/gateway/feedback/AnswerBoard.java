// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.feedback;

import dev.rivulet.events.inference.v1.AnswerGiven;

/** Where a gateway tells others of the answers that it gave. */
public interface AnswerBoard {

    /** Tells nobody: this gateway alone knows its answers. */
    AnswerBoard NONE = new AnswerBoard() {
        @Override
        public void post(AnswerGiven answer) {}

        @Override
        public boolean shared() {
            return false;
        }
    };

    /** Tells of an answer; never waits, and loses it where that is not possible. */
    void post(AnswerGiven answer);

    /** Whether other gateways are told and heard of. */
    boolean shared();
}
