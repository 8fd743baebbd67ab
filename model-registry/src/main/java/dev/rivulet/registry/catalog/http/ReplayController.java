// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog.http;

import dev.rivulet.registry.catalog.CatalogChanges.Replayed;
import dev.rivulet.registry.catalog.CatalogReplay;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Whether the catalogue is what its changes say; and the catalogue made anew from them. */
@RestController
@RequestMapping("/api/catalog")
class ReplayController {

    private final CatalogReplay replay;

    ReplayController(CatalogReplay replay) {
        this.replay = replay;
    }

    /** @param identical whether every column of every row is the same in both */
    record ReplayedView(
            long events, long models, long versions, long aliases, boolean identical, List<String> differences) {

        static ReplayedView of(Replayed replayed) {
            return new ReplayedView(
                    replayed.events(),
                    replayed.models(),
                    replayed.versions(),
                    replayed.aliases(),
                    replayed.identical(),
                    replayed.differences());
        }
    }

    /**
     * What a rebuild came to.
     *
     * @param identical whether the rows were what the changes say before they were made anew
     * @param mended the first of those that were not
     * @param after what the catalogue is now
     */
    record RebuiltView(boolean identical, List<String> mended, ReplayedView after) {}

    @GetMapping("/replay")
    ReplayedView replay() {
        return ReplayedView.of(replay.replay());
    }

    @PostMapping("/rebuild")
    RebuiltView rebuild() {
        CatalogReplay.Rebuilt rebuilt = replay.rebuild();
        return new RebuiltView(
                rebuilt.before().identical(), rebuilt.before().differences(), ReplayedView.of(rebuilt.after()));
    }
}
