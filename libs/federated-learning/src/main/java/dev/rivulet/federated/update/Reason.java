// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.update;

/** Why something that a device sent is not used. Codes are stable: they go into answers, metrics and audit records. */
public enum Reason {
    /** A value, weight or metric is not a number or infinite. */
    NOT_FINITE("not-finite"),
    /** Tensors, shapes or lengths differ from the model's. */
    WRONG_SHAPE("wrong-shape"),
    /** It has more values, bytes or metrics than are taken. */
    TOO_LARGE("too-large"),
    /** The number of examples is not above zero or beyond what one device may have. */
    WEIGHT_OUT_OF_RANGE("weight-out-of-range"),
    /** Its base is too old. */
    STALE("stale"),
    /** Its base is a version that does not exist yet. */
    UNKNOWN_BASE("unknown-base"),
    /** A value is longer than the bound. */
    NORM_OUT_OF_RANGE("norm-out-of-range"),
    /** The strategy needs something that is not there. */
    INCOMPLETE("incomplete"),
    /** The bytes are no update: wrong magic, cut off, trailing bytes, a bad checksum, a number out of its range. */
    MALFORMED("malformed"),
    /** The bytes are of a version or kind that this program does not read. */
    UNSUPPORTED("unsupported");

    private final String code;

    Reason(String code) {
        this.code = code;
    }

    /** Its name on the wire. */
    public String code() {
        return code;
    }
}
