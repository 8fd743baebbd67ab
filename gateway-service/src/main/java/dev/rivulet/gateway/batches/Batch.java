package dev.rivulet.gateway.batches;

import java.util.List;
import java.util.Map;
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
        Map<String, String> metadata) {

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

    Batch now(Status next, long at) {
        Map<String, Long> when = new TreeMap<>(times);
        when.put(next.name().toLowerCase(java.util.Locale.ROOT) + "_at", at);
        return new Batch(id, tenant, endpoint, inputFile, next, when, outputFile, errorFile, errors, counts, metadata);
    }

    Batch refused(List<LineError> why) {
        return new Batch(id, tenant, endpoint, inputFile, status, times, outputFile, errorFile, why, counts, metadata);
    }

    Batch counted(Counts now) {
        return new Batch(id, tenant, endpoint, inputFile, status, times, outputFile, errorFile, errors, now, metadata);
    }

    Batch written(@Nullable String output, @Nullable String error) {
        return new Batch(id, tenant, endpoint, inputFile, status, times, output, error, errors, counts, metadata);
    }
}
