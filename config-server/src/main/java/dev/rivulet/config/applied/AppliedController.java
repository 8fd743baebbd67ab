// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.applied;

import dev.rivulet.config.publication.Revisions;
import dev.rivulet.settings.catalogue.LiveSettingsCatalogue;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.context.annotation.Profile;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Answers who has applied what. */
@RestController
@Profile("backend-jdbc")
class AppliedController {

    private final Revisions revisions;
    private final ReportStore store;
    private final Clock clock;

    AppliedController(Revisions revisions, ReportStore store, Clock clock) {
        this.revisions = revisions;
        this.store = store;
        this.clock = clock;
    }

    @GetMapping("/api/config/{application}/applied")
    Applied applied(@PathVariable String application) {
        revisions.requireKnown(application);
        Map<String, Map<String, Long>> newest = new TreeMap<>();
        Applied.sources(application).forEach(source -> newest.put(source, revisions.newest(source)));
        boolean all = application.equals(LiveSettingsCatalogue.EVERY_APPLICATION);
        List<Report> reports = store.of(application, all, clock.instant());
        return Applied.of(application, newest, reports);
    }
}
