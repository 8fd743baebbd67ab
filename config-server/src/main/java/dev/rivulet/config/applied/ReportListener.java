// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.applied;

import dev.rivulet.config.publication.PublishedSecrets;
import dev.rivulet.settings.report.SettingsReport;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;

/** Keeps what instances report over the bus. */
final class ReportListener {

    private static final Logger log = LoggerFactory.getLogger(ReportListener.class);
    private static final int MOST_ENTRIES = 100;
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_REASON = 1_000;

    private final Set<String> applications;
    private final ReportStore store;
    private final PublishedSecrets secrets;
    private final MeterRegistry meters;
    private final Clock clock;

    ReportListener(
            Set<String> applications, ReportStore store, PublishedSecrets secrets, MeterRegistry meters, Clock clock) {
        this.applications = applications;
        this.store = store;
        this.secrets = secrets;
        this.meters = meters;
        this.clock = clock;
    }

    @EventListener
    void onReport(SettingsReport report) {
        String instance = report.getOriginService();
        if (!applications.contains(report.getApplication())
                || instance.length() > LONGEST_NAME
                || report.getProfiles().size() > MOST_ENTRIES
                || report.getRevisions().size() > MOST_ENTRIES
                || report.getRefused().size() > MOST_ENTRIES) {
            count("unknown");
            return;
        }
        try {
            store.put(new Report(
                    instance,
                    report.getApplication(),
                    report.getProfiles(),
                    report.getRevisions(),
                    reasons(report),
                    clock.instant()));
            count(report.getRefused().isEmpty() ? "applied" : "refused");
        } catch (DataAccessException e) {
            count("lost");
            log.warn("What {} has applied was not stored, its next report will be: {}", instance, e.getMessage());
        }
    }

    /** A reason of a service may quote the value that it refuses. */
    private Map<String, String> reasons(SettingsReport report) {
        if (report.getRefused().isEmpty()) {
            return Map.of();
        }
        Map<String, String> reasons = new TreeMap<>();
        report.getRefused().forEach((prefix, reason) -> {
            String masked = secrets.mask(report.getApplication(), reason);
            reasons.put(prefix, masked.length() > LONGEST_REASON ? masked.substring(0, LONGEST_REASON) + "…" : masked);
        });
        return reasons;
    }

    private void count(String outcome) {
        meters.counter("rivulet.config.reports", "outcome", outcome).increment();
    }
}
