// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.outbox;

/** Sends facts to the broker. */
public interface EventSender {

    /**
     * Returns once the broker has the fact for good.
     *
     * @throws RuntimeException if that is not known; the fact may be there nevertheless
     */
    void send(Fact fact);
}
