// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.agent;

import java.io.IOException;
import java.util.List;

/** Where a site's feedback is. */
@FunctionalInterface
public interface FeedbackSource {

    /**
     * All that is kept now, the oldest first.
     *
     * @throws IOException if it can't be read
     */
    List<Feedback> all() throws IOException, InterruptedException;
}
