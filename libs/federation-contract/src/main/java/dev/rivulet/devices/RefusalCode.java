// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.devices;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why a request of a device is refused. Codes are stable: they are on the wire, in metrics and in the audit of a round. */
public enum RefusalCode {
    /** The body or a header can't be read. */
    MALFORMED(400, false),
    /** The signature is not of the device's key, or the body is not the one that was signed. */
    FORGED(401, false),
    /** The same nonce was seen before. */
    REPLAYED(401, false),
    /** The timestamp is too far from the federation's clock, or before it began to remember nonces: sign anew by its time. */
    CLOCK_SKEW(401, true),
    /** The federation does not know the session any more: sign with the device's key. */
    UNKNOWN_SESSION(401, true),
    /** No device has this id. */
    UNKNOWN_DEVICE(401, false),
    /** The enrolment token is unknown, used up or expired. */
    BAD_TOKEN(403, false),
    /** The federation takes devices that show what they run, and this one did not, or runs something else. */
    NOT_ATTESTED(403, false),
    /** The device has said that it does not take part. */
    OPTED_OUT(403, false),
    /** The device was not selected for this round. */
    NOT_SELECTED(403, false),
    /** There is nothing at the path, no such version of the model, or no such upload of this device. */
    NOT_FOUND(404, false),
    /** The federation has no round of this number. */
    UNKNOWN_ROUND(404, false),
    /** The part does not begin where the upload ends. */
    WRONG_OFFSET(409, true),
    /** The round already has this device's update, or has its answer that there is none. */
    DUPLICATE(409, false),
    /** The round takes no more updates. */
    LATE(410, false),
    /** More bytes than the budget, than announced, or than one request may have. */
    TOO_LARGE(413, false),
    /** The bytes of the upload are not those that were announced. */
    DIGEST_MISMATCH(422, false),
    /** A value, weight or metric is not a number or infinite. */
    NOT_FINITE(422, false),
    /** Tensors or sizes differ from the model's. */
    WRONG_SHAPE(422, false),
    /** The bytes are no update of a known form. */
    UNREADABLE_UPDATE(422, false),
    /** The update was trained from another version than the round's. */
    WRONG_BASE(422, false),
    /** The number of examples is not above 0, or beyond what one device may have. */
    WEIGHT_OUT_OF_RANGE(422, false),
    /** The update is longer than the bound of the federation. */
    NORM_OUT_OF_RANGE(422, false),
    /** The round sums securely and takes masked vectors alone: an update that shows itself is not read. */
    MASKED_ONLY(409, false),
    /** A secure aggregation is not at this step yet, or the device left out one before. */
    OUT_OF_STEP(409, false),
    /** Too many requests, uploads or devices at once. */
    BUSY(429, true),
    /** The federation failed, or can't reach what it needs. */
    UNAVAILABLE(503, true);

    private final int status;
    private final boolean retryable;

    RefusalCode(int status, boolean retryable) {
        this.status = status;
        this.retryable = retryable;
    }

    /** As the wire spells it, such as {@code clock-skew}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** HTTP status of the answer. */
    public int status() {
        return status;
    }

    /** Whether the request may be made again, signed anew. */
    public boolean retryable() {
        return retryable;
    }

    /** The code of a spelling; empty for one that a newer federation may have. */
    public static Optional<RefusalCode> of(String wire) {
        return Arrays.stream(values()).filter(code -> code.wire().equals(wire)).findFirst();
    }
}
