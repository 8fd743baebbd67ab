// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.usage.http;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.usage.UsageStore;
import dev.rivulet.registry.usage.UsageStore.Day;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/models/{model}/versions/{version}/usage}: what a version was used for, also one that is gone. */
@RestController
@RequestMapping("/api/models/{model}/versions/{version}/usage")
class UsageController {

    private static final int MOST_DAYS = 400;

    private final UsageStore usage;
    private final Clock clock;

    UsageController(UsageStore usage, Clock clock) {
        this.usage = usage;
        this.clock = clock;
    }

    /** Sums and their days, newest first; days (UTC) without a request are left out. */
    record UsageView(String model, String version, long requests, long failed, long tokens, List<Day> days) {}

    @GetMapping
    UsageView get(
            @PathVariable String model, @PathVariable String version, @RequestParam(defaultValue = "30") int days) {
        if (days < 1 || days > MOST_DAYS) {
            throw new ProblemException(
                    Problem.at(ProblemCode.INVALID_VALUE, "days", "days is 1 to " + MOST_DAYS + "."));
        }
        LocalDate since = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(days - 1L);
        List<Day> used = usage.days(ModelName.parse(model, "model"), VersionName.parse(version, "version"), since);
        return new UsageView(
                model,
                version,
                used.stream().mapToLong(Day::requests).sum(),
                used.stream().mapToLong(Day::failed).sum(),
                used.stream()
                        .mapToLong(day -> day.promptTokens() + day.completionTokens())
                        .sum(),
                used);
    }
}
