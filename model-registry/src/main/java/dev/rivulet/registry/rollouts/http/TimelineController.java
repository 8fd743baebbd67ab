// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.http;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.catalog.AliasName;
import dev.rivulet.registry.catalog.Catalog;
import dev.rivulet.registry.catalog.CatalogHistory;
import dev.rivulet.registry.catalog.CatalogHistory.CatalogEvent;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.rollouts.Rollouts;
import dev.rivulet.registry.rollouts.TimelineEntry;
import dev.rivulet.registry.rollouts.http.RolloutView.ModelTimeline;
import dev.rivulet.registry.rollouts.http.RolloutView.ModelTimelineEntry;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What happened to a model: its versions, aliases and rollouts; and what an alias was at a moment. */
@RestController
@RequestMapping("/api/models/{model}")
class TimelineController {

    private static final int MAX_PAGE = 1000;

    private final Rollouts rollouts;
    private final Catalog catalog;
    private final CatalogHistory history;
    private final Clock clock;

    TimelineController(Rollouts rollouts, Catalog catalog, CatalogHistory history, Clock clock) {
        this.rollouts = rollouts;
        this.catalog = catalog;
        this.history = history;
        this.clock = clock;
    }

    /** What an alias was; {@code since} is when it became that. */
    record AliasAt(String model, String alias, String version, Instant since, Instant at) {}

    @GetMapping("/timeline")
    ModelTimeline timeline(@PathVariable String model, @RequestParam(defaultValue = "100") int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw RolloutRequests.problem("limit", "limit is 1 to " + MAX_PAGE + ".");
        }
        ModelName name = ModelName.parse(model, "model");
        catalog.get(name);
        Stream<ModelTimelineEntry> entries = Stream.concat(
                history.events(name, limit).stream().map(TimelineController::entry),
                rollouts.timeline(name, limit).stream().map(TimelineController::entry));
        List<ModelTimelineEntry> newest = entries.sorted(
                        Comparator.comparing(ModelTimelineEntry::at).reversed())
                .limit(limit)
                .toList();
        return new ModelTimeline(model, newest);
    }

    @GetMapping("/aliases/{alias}")
    AliasAt alias(@PathVariable String model, @PathVariable String alias, @RequestParam @Nullable String at) {
        Instant moment = moment(at);
        AliasName name = AliasName.parse(alias, "alias");
        return history.aliasAt(ModelName.parse(model, "model"), name, moment)
                .filter(event -> event.type().equals("alias_set"))
                .map(event -> new AliasAt(model, alias, version(event), event.at(), moment))
                .orElseThrow(() -> new ProblemException(Problem.at(
                        ProblemCode.NOT_FOUND, "alias", model + " had no alias " + name + " at " + moment + ".")));
    }

    private Instant moment(@Nullable String at) {
        if (at == null) {
            return clock.instant();
        }
        try {
            return OffsetDateTime.parse(at).toInstant();
        } catch (DateTimeParseException e) {
            throw RolloutRequests.problem("at", "This is a moment such as 2026-11-20T17:00:00Z.");
        }
    }

    private static String version(CatalogEvent event) {
        return event.version() == null ? "" : event.version();
    }

    private static ModelTimelineEntry entry(CatalogEvent event) {
        return new ModelTimelineEntry(event.at(), event.type(), event.alias(), event.version(), null, null, null, null);
    }

    private static ModelTimelineEntry entry(TimelineEntry entry) {
        return new ModelTimelineEntry(
                entry.at(),
                "rollout_" + entry.event(),
                null,
                null,
                entry.rollout().value(),
                entry.state(),
                entry.percent(),
                entry.decision());
    }
}
