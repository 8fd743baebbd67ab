// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog.http;

import dev.rivulet.registry.catalog.CatalogHistory;
import dev.rivulet.registry.catalog.CatalogHistory.Replayed;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Whether the catalogue is what its events say. */
@RestController
class ReplayController {

    private final CatalogHistory history;

    ReplayController(CatalogHistory history) {
        this.history = history;
    }

    /** @param identical whether models, versions and aliases are the same in both */
    record ReplayedView(
            long events, long models, long versions, long aliases, boolean identical, List<String> differences) {}

    @GetMapping("/api/catalog/replay")
    ReplayedView replay() {
        Replayed replayed = history.replay();
        return new ReplayedView(
                replayed.events(),
                replayed.models(),
                replayed.versions(),
                replayed.aliases(),
                replayed.differences().isEmpty(),
                replayed.differences());
    }
}
