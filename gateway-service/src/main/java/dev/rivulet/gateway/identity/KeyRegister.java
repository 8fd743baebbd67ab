// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The present state of every key that was made at a gateway, by its id. Safe for use by many threads. */
public final class KeyRegister {

    private final Map<String, ApiKey> keys = new ConcurrentHashMap<>();

    /** A key has changed; an older state than the present one is left aside. */
    public void changed(ApiKey key) {
        keys.merge(key.id(), key, (present, next) -> next.revision() >= present.revision() ? next : present);
    }

    /** A key is gone. */
    public void removed(String id) {
        keys.remove(id);
    }

    Optional<ApiKey> find(String id) {
        return Optional.ofNullable(keys.get(id));
    }

    List<ApiKey> all() {
        return List.copyOf(keys.values());
    }

    int size() {
        return keys.size();
    }
}
