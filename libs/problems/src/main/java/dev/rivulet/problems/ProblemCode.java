// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.problems;

import static dev.rivulet.problems.ProblemCategory.CALLER;
import static dev.rivulet.problems.ProblemCategory.CAPACITY;
import static dev.rivulet.problems.ProblemCategory.INTERNAL;
import static dev.rivulet.problems.ProblemCategory.UPSTREAM;

import java.util.Locale;

/** Stable codes: category, HTTP status and whether the same request may be sent again. Names never change meaning. */
public enum ProblemCode {
    INVALID_JSON(CALLER, 400, false),
    INVALID_VALUE(CALLER, 400, false),
    MISSING_PARAMETER(CALLER, 400, false),
    UNSUPPORTED_PARAMETER(CALLER, 400, false),
    CONTENT_POLICY_VIOLATION(CALLER, 400, false),
    CONTEXT_LENGTH_EXCEEDED(CALLER, 400, false),
    DIGEST_MISMATCH(CALLER, 400, false),
    INVALID_API_KEY(CALLER, 401, false),
    INVALID_TOKEN(CALLER, 401, false),
    INSUFFICIENT_SCOPE(CALLER, 403, false),
    FORBIDDEN_ORIGIN(CALLER, 403, false),
    MODEL_NOT_FOUND(CALLER, 404, false),
    NOT_FOUND(CALLER, 404, false),
    METHOD_NOT_ALLOWED(CALLER, 405, false),
    DEADLINE_EXCEEDED(CALLER, 408, true),
    ALREADY_EXISTS(CALLER, 409, false),
    CONFLICT(CALLER, 409, true),
    REQUEST_TOO_LARGE(CALLER, 413, false),
    URI_TOO_LONG(CALLER, 414, false),
    UNSUPPORTED_MEDIA_TYPE(CALLER, 415, false),
    SETTINGS_CONFLICT(CALLER, 422, false),
    HEADERS_TOO_LARGE(CALLER, 431, false),
    RATE_LIMIT_EXCEEDED(CAPACITY, 429, true),
    QUEUE_FULL(CAPACITY, 429, true),
    QUEUE_TIMEOUT(CAPACITY, 503, true),
    MODEL_LOADING(CAPACITY, 503, true),
    DRAINING(CAPACITY, 503, true),
    DATABASE_UNAVAILABLE(UPSTREAM, 503, true),
    STORE_UNAVAILABLE(UPSTREAM, 503, true),
    KEYS_UNAVAILABLE(UPSTREAM, 503, true),
    BROKER_UNAVAILABLE(UPSTREAM, 503, true),
    NO_REPLICA(UPSTREAM, 503, true),
    REPLICA_LOST(UPSTREAM, 502, true),
    REPLICA_TIMEOUT(UPSTREAM, 504, true),
    SYNTHESISER_MISSING(UPSTREAM, 503, false),
    INTERNAL_ERROR(INTERNAL, 500, true);

    private final ProblemCategory category;
    private final int status;
    private final boolean retryable;

    ProblemCode(ProblemCategory category, int status, boolean retryable) {
        this.category = category;
        this.status = status;
        this.retryable = retryable;
    }

    public ProblemCategory category() {
        return category;
    }

    /** HTTP status, 400 to 599. */
    public int status() {
        return status;
    }

    /** Whether the same request may succeed when sent again. */
    public boolean retryable() {
        return retryable;
    }

    /** The code on the wire and the metric label, such as {@code model_not_found}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
