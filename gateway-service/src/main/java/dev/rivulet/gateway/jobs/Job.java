// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs;

import dev.rivulet.problems.OpenAiError;
import dev.rivulet.problems.Problem;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * One job as it is known now.
 *
 * @param id its id
 * @param tenant the name of the API key that alone sees it
 * @param endpoint the path at the replica
 * @param model the model that is asked for
 * @param session empty for none
 * @param digest SHA-256 of the body, to know the same request again
 * @param note what whoever submitted it needs to tell of it; empty for none. Never changed in place
 * @param submittedAt when it was submitted
 * @param expiresAt it is not begun after this, and ended where it runs
 * @param cancelAsked whether somebody asked to cancel it
 * @param begun its last run; {@code null} before the first
 * @param result {@code null} until there is one, and never changed after
 */
public record Job(
        String id,
        String tenant,
        String endpoint,
        String model,
        String session,
        String digest,
        byte[] note,
        Instant submittedAt,
        Instant expiresAt,
        boolean cancelAsked,
        @Nullable Begun begun,
        @Nullable Result result) {

    /** Where a job runs and since when. */
    public record Begun(String run, String replica, Instant at) {}

    /** How a job ended. */
    public enum Outcome {
        COMPLETED,
        FAILED,
        CANCELLED,
        EXPIRED
    }

    /**
     * The one result.
     *
     * @param status the HTTP status that the answer would have had; 0 where nothing was answered
     * @param contentType {@code application/json} or {@code text/event-stream}
     * @param body the answer, or OpenAI's error object
     */
    public record Result(
            Outcome outcome,
            int status,
            String contentType,
            byte[] body,
            String replica,
            int attempts,
            Instant startedAt,
            Instant finishedAt) {

        private static final int ANSWERED = 200;

        public boolean isStream() {
            return contentType.startsWith("text/event-stream");
        }

        /** Whether it is the answer that was asked for, and no error. */
        boolean isAnswer() {
            return status == ANSWERED;
        }

        /** The same result with another body. */
        Result with(byte[] otherBody) {
            return new Result(outcome, status, contentType, otherBody, replica, attempts, startedAt, finishedAt);
        }

        /** A failure in place of an answer that is not told. */
        Result withheld(Problem why) {
            return new Result(
                    Outcome.FAILED,
                    why.code().status(),
                    "application/json",
                    JsonMapper.shared().writeValueAsBytes(OpenAiError.of(why)),
                    replica,
                    attempts,
                    startedAt,
                    finishedAt);
        }
    }

    /** {@code queued}, {@code running}, {@code cancelling}, {@code completed}, {@code failed}, {@code cancelled} or {@code expired}. */
    public String status() {
        if (result != null) {
            return result.outcome().name().toLowerCase(Locale.ROOT);
        }
        if (cancelAsked) {
            return "cancelling";
        }
        return begun == null ? "queued" : "running";
    }

    Job withoutNote() {
        return new Job(
                id,
                tenant,
                endpoint,
                model,
                session,
                digest,
                new byte[0],
                submittedAt,
                expiresAt,
                cancelAsked,
                begun,
                result);
    }

    Job cancelling() {
        return new Job(id, tenant, endpoint, model, session, digest, note, submittedAt, expiresAt, true, begun, result);
    }

    Job begun(Begun run) {
        return new Job(
                id, tenant, endpoint, model, session, digest, note, submittedAt, expiresAt, cancelAsked, run, result);
    }

    Job ended(Result end) {
        return new Job(
                id, tenant, endpoint, model, session, digest, note, submittedAt, expiresAt, cancelAsked, begun, end);
    }
}
