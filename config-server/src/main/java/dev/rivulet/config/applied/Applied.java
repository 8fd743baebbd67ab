// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.applied;

import dev.rivulet.settings.catalogue.LiveSettingsCatalogue;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code /api/config/{application}/applied} answers.
 *
 * @param newest by application and profile the newest revision; those of {@code application} hold for every application
 */
record Applied(String application, Map<String, Map<String, Long>> newest, List<Instance> instances) {

    /**
     * One running instance, or one that ran within the last day.
     *
     * @param instance its id on the bus
     * @param state {@code applied}; {@code behind} while it has not read the newest revision; {@code refused} where it keeps last good
     *     settings
     * @param revisions by application and profile what it has read
     * @param refused by prefix of the settings the reason
     * @param at when it said so
     */
    record Instance(
            String instance,
            String state,
            List<String> profiles,
            Map<String, Map<String, Long>> revisions,
            Map<String, String> refused,
            Instant at) {}

    enum State {
        APPLIED,
        BEHIND,
        REFUSED;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** What a report means beside the newest revisions. */
        static State of(Report report, Map<String, Map<String, Long>> newest) {
            if (!report.refused().isEmpty()) {
                return REFUSED;
            }
            return newest.entrySet().stream().allMatch(source -> hasRead(report, source.getKey(), source.getValue()))
                    ? APPLIED
                    : BEHIND;
        }

        private static boolean hasRead(Report report, String application, Map<String, Long> newest) {
            Map<String, Long> read = report.revisions().getOrDefault(application, Map.of());
            return newest.entrySet().stream()
                    .filter(head ->
                            head.getKey().equals("default") || report.profiles().contains(head.getKey()))
                    .allMatch(head -> read.getOrDefault(head.getKey(), 0L) >= head.getValue());
        }
    }

    static Applied of(String application, Map<String, Map<String, Long>> newest, List<Report> reports) {
        List<Instance> instances = reports.stream()
                .map(report -> new Instance(
                        report.instance(),
                        State.of(report, newest).wire(),
                        report.profiles(),
                        report.revisions(),
                        report.refused(),
                        report.at()))
                .toList();
        return new Applied(application, newest, instances);
    }

    /** The applications whose values reach the instances of one. */
    static List<String> sources(String application) {
        return application.equals(LiveSettingsCatalogue.EVERY_APPLICATION)
                ? List.of(application)
                : List.of(LiveSettingsCatalogue.EVERY_APPLICATION, application);
    }
}
