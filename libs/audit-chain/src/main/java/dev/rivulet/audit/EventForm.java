// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of every kind of event, in their order. */
final class EventForm {

    private EventForm() {}

    static String kind(AuditEvent event) {
        return switch (event) {
            case AuditEvent.FederationCreated _ -> "federation-created";
            case AuditEvent.FederationChanged _ -> "federation-changed";
            case AuditEvent.KeyRotated _ -> "key-rotated";
            case AuditEvent.RoundOpened _ -> "round-opened";
            case AuditEvent.RoundClosed _ -> "round-closed";
            case AuditEvent.RoundFailed _ -> "round-failed";
            case AuditEvent.VersionPublished _ -> "version-published";
            case AuditEvent.OptOutRecorded _ -> "opt-out-recorded";
            case AuditEvent.DeviceRefused _ -> "device-refused";
        };
    }

    static void write(AuditEvent event, LineWriter line) {
        switch (event) {
            case AuditEvent.FederationCreated(String federation, String settings, AuditKey key) ->
                line.text("federation", federation).text("settings", settings).text("key", key.base64());
            case AuditEvent.FederationChanged(String settings, String change) ->
                line.text("settings", settings).text("change", change);
            case AuditEvent.KeyRotated(AuditKey key) -> line.text("key", key.base64());
            case AuditEvent.RoundOpened(long round, String base, long invited) ->
                line.number("round", round).text("base", base).number("invited", invited);
            case AuditEvent.RoundClosed closed -> write(closed, line);
            case AuditEvent.RoundFailed(long round, String reason, @Nullable PrivacySpend privacy) ->
                write(privacy, line.number("round", round).text("reason", reason));
            case AuditEvent.VersionPublished(String version, String digest) ->
                line.text("version", version).text("digest", digest);
            case AuditEvent.OptOutRecorded(String device) -> line.text("device", device);
            case AuditEvent.DeviceRefused(String device, String reason) ->
                line.text("device", device).text("reason", reason);
        }
    }

    private static void write(AuditEvent.RoundClosed closed, LineWriter line) {
        line.number("round", closed.round())
                .text("version", closed.version())
                .text("digest", closed.digest())
                .text("strategy", closed.strategy())
                .number("count", closed.contributors().size())
                .names("contributors", closed.contributors());
        write(closed.privacy(), line);
        line.decimal("clip", closed.clip()).flag("secureAggregation", closed.secureAggregation());
    }

    private static void write(@Nullable PrivacySpend spend, LineWriter line) {
        line.decimal("epsilon", spend == null ? null : spend.epsilon())
                .decimal("epsilonTotal", spend == null ? null : spend.epsilonTotal())
                .decimal("delta", spend == null ? null : spend.delta())
                .decimal("deltaTotal", spend == null ? null : spend.deltaTotal());
    }

    static AuditEvent read(String kind, LineReader line) {
        return switch (kind) {
            case "federation-created" ->
                new AuditEvent.FederationCreated(line.text("federation"), line.text("settings"), key(line));
            case "federation-changed" -> new AuditEvent.FederationChanged(line.text("settings"), line.text("change"));
            case "key-rotated" -> new AuditEvent.KeyRotated(key(line));
            case "round-opened" ->
                new AuditEvent.RoundOpened(line.number("round"), line.text("base"), line.number("invited"));
            case "round-closed" -> closed(line);
            case "round-failed" -> new AuditEvent.RoundFailed(line.number("round"), line.text("reason"), spend(line));
            case "version-published" -> new AuditEvent.VersionPublished(line.text("version"), line.text("digest"));
            case "opt-out-recorded" -> new AuditEvent.OptOutRecorded(line.text("device"));
            case "device-refused" -> new AuditEvent.DeviceRefused(line.text("device"), line.text("reason"));
            default -> throw new IllegalArgumentException("there is no such kind of entry");
        };
    }

    private static AuditKey key(LineReader line) {
        return new AuditKey(line.text("key"));
    }

    private static AuditEvent closed(LineReader line) {
        long round = line.number("round");
        String version = line.text("version");
        String digest = line.text("digest");
        String strategy = line.text("strategy");
        long count = line.number("count");
        List<String> contributors = line.names("contributors", AuditEvent.MOST_CONTRIBUTORS);
        if (count != contributors.size()) {
            throw new IllegalArgumentException("count is " + count + " where " + contributors.size() + " are named");
        }
        PrivacySpend privacy = spend(line);
        BigDecimal clip = line.decimal("clip");
        return new AuditEvent.RoundClosed(
                round, version, digest, strategy, contributors, privacy, clip, line.flag("secureAggregation"));
    }

    private static @Nullable PrivacySpend spend(LineReader line) {
        BigDecimal epsilon = line.decimal("epsilon");
        BigDecimal epsilonTotal = line.decimal("epsilonTotal");
        BigDecimal delta = line.decimal("delta");
        BigDecimal deltaTotal = line.decimal("deltaTotal");
        if (epsilon == null && epsilonTotal == null && delta == null && deltaTotal == null) {
            return null;
        }
        if (epsilon == null || epsilonTotal == null || delta == null || deltaTotal == null) {
            throw new IllegalArgumentException("of epsilon, epsilonTotal, delta and deltaTotal all or none are null");
        }
        return new PrivacySpend(epsilon, epsilonTotal, delta, deltaTotal);
    }
}
