// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a job ended.
 *
 * @param outcome what became of it
 * @param status what its status would have been over HTTP; 0 where nothing was answered
 * @param contentType of the body
 * @param body the answer, or OpenAI's error object
 * @param attempts times that it was begun here
 * @param startedAt when it was first begun; its end where it never was
 * @param finishedAt when it ended
 * @param deadLetter why the request belongs in the dead-letter topic; {@code null} if it does not
 */
public record JobResult(
        Outcome outcome,
        int status,
        String contentType,
        byte[] body,
        int attempts,
        Instant startedAt,
        Instant finishedAt,
        @Nullable String deadLetter) {

    public static final String JSON = "application/json";
    public static final String EVENTS = "text/event-stream";

    /** What became of a job. */
    public enum Outcome {
        COMPLETED,
        FAILED,
        CANCELLED,
        EXPIRED
    }

    /** A job that ended without an answer. */
    static JobResult without(Outcome outcome, byte[] error, int attempts, Instant startedAt, Instant finishedAt) {
        return new JobResult(outcome, 0, JSON, error, attempts, startedAt, finishedAt, null);
    }
}
