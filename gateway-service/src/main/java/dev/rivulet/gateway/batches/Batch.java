// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.batches;

import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.identity.Caller.Priority;
import dev.rivulet.gateway.identity.Limits;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One batch as it is kept on disk. Times are seconds since 1970 by their name in OpenAI's object, such as {@code created_at}.
 *
 * @param id {@code batch_…}
 * @param tenant the name of the API key
 * @param endpoint the path that every line asks
 * @param inputFile the file of requests
 * @param status what it does
 * @param times when it did what, {@code expires_at} included
 * @param outputFile the file of answers, once there is one
 * @param errorFile the file of failures, once there is one
 * @param errors why the input was refused
 * @param counts its requests
 * @param metadata of the caller
 * @param limits of the key when the batch was made; {@code null} in files of releases that did not keep them
 */
public record Batch(
        String id,
        String tenant,
        String endpoint,
        String inputFile,
        Status status,
        Map<String, Long> times,
        @Nullable String outputFile,
        @Nullable String errorFile,
        List<LineError> errors,
        Counts counts,
        Map<String, String> metadata,
        @Nullable Limits limits) {

    /** OpenAI's words, in lower case on the wire. */
    public enum Status {
        VALIDATING,
        IN_PROGRESS,
        FINALIZING,
        COMPLETED,
        FAILED,
        EXPIRED,
        CANCELLING,
        CANCELLED;

        /** Whether nothing more happens. */
        public boolean isEnd() {
            return this == COMPLETED || this == FAILED || this == EXPIRED || this == CANCELLED;
        }
    }

    /** What is wrong with a line of the input; lines are counted from 1. */
    public record LineError(
            String code,
            String message,
            @Nullable String param,
            @Nullable Integer line) {}

    /** Requests of a batch. */
    public record Counts(int total, int completed, int failed) {}

    public long expiresAt() {
        return times.getOrDefault("expires_at", 0L);
    }

    /** On whose behalf its requests run. */
    Caller caller() {
        return new Caller(tenant, Set.of(Caller.INFERENCE), Priority.LOW, limits == null ? Limits.NONE : limits);
    }

    Batch now(Status next, long at) {
        Map<String, Long> when = new TreeMap<>(times);
        when.put(next.name().toLowerCase(java.util.Locale.ROOT) + "_at", at);
        return new Batch(
                id, tenant, endpoint, inputFile, next, when, outputFile, errorFile, errors, counts, metadata, limits);
    }

    Batch refused(List<LineError> why) {
        return new Batch(
                id, tenant, endpoint, inputFile, status, times, outputFile, errorFile, why, counts, metadata, limits);
    }

    Batch counted(Counts now) {
        return new Batch(
                id, tenant, endpoint, inputFile, status, times, outputFile, errorFile, errors, now, metadata, limits);
    }

    Batch written(@Nullable String output, @Nullable String error) {
        return new Batch(
                id, tenant, endpoint, inputFile, status, times, output, error, errors, counts, metadata, limits);
    }
}
