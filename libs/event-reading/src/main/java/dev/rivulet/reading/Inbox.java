// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.reading;

import dev.rivulet.events.Event;
import java.time.Duration;

/** Which events a reader has taken, kept where their effects are kept and in the same transaction. */
public interface Inbox {

    /** Notes an event; false if this reader has taken it before. */
    boolean first(String reader, Event<?> event);

    /**
     * Forgets what was taken longer ago than events can come again.
     *
     * @param limit how many at most
     * @return how many
     */
    int expire(Duration age, int limit);
}
