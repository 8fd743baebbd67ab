// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.callers.http;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.callers.AuditEntry;
import dev.rivulet.registry.callers.AuditLog;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/audit}: who changed what, newest first. */
@RestController
class AuditController {

    private static final int MAX_PAGE = 1000;
    private static final Set<String> OUTCOMES = Set.of("done", "refused", "failed");

    private final AuditLog audit;

    AuditController(AuditLog audit) {
        this.audit = audit;
    }

    /** @param next give it as {@code before} for the entries before these; null if there are no more */
    record Page(List<AuditEntry> entries, @Nullable Long next) {}

    @GetMapping("/api/audit")
    Page find(
            @RequestParam @Nullable String who,
            @RequestParam @Nullable String target,
            @RequestParam @Nullable String outcome,
            @RequestParam @Nullable String since,
            @RequestParam @Nullable String until,
            @RequestParam @Nullable Long before,
            @RequestParam(defaultValue = "100") int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw problem("limit", "limit is 1 to " + MAX_PAGE + ".");
        }
        if (outcome != null && !OUTCOMES.contains(outcome)) {
            throw problem("outcome", "This is done, refused or failed.");
        }
        List<AuditEntry> entries = audit.find(new AuditLog.Query(
                text(who, "who"),
                text(target, "target"),
                outcome,
                moment(since, "since"),
                moment(until, "until"),
                before,
                limit));
        return new Page(
                entries, entries.size() < limit ? null : entries.getLast().id());
    }

    private static @Nullable String text(@Nullable String text, String param) {
        if (text != null && text.indexOf(0) >= 0) {
            throw problem(param, "This holds a NUL.");
        }
        return text;
    }

    private static @Nullable Instant moment(@Nullable String at, String param) {
        try {
            return at == null ? null : OffsetDateTime.parse(at).toInstant();
        } catch (DateTimeParseException e) {
            throw problem(param, "This is a moment such as 2026-11-20T17:00:00Z.");
        }
    }

    private static ProblemException problem(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, param, message));
    }
}
