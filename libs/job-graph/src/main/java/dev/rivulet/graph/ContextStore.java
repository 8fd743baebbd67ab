// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.util.Optional;

/** Where the values of stages lie while their job runs. Bounded in size and time. Safe for use by many threads. */
public interface ContextStore {

    /** Keeps a value; false where it is too large, or there is no room for it. */
    boolean put(String job, String stage, Object value);

    /** Empty for what was never kept, was dropped, or is kept no longer. */
    Optional<Object> get(String job, String stage);

    /** Forgets all values of a job. */
    void drop(String job);
}
