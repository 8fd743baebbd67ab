// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import java.util.Optional;

/** Where ended responses are kept, each for a set time and as far as there is room. Thread-safe. */
public interface ResponseStore {

    /** Keeps a response, unless it is too large. */
    void keep(StoredResponse response);

    /** The response with this id, if it is of this key. */
    Optional<StoredResponse> find(String tenant, String id);

    /** Forgets a response; says whether this key had it. */
    boolean forget(String tenant, String id);
}
