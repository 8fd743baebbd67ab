// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.edge;

import dev.rivulet.devices.RefusalCode;

/** A device's request is refused. Has no stack trace: whoever sends garbage can cause many. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final RefusalCode code;
    private final long offset;

    /** @param detail for people; never a secret or a path */
    public RefusedException(RefusalCode code, String detail) {
        this(code, detail, 0);
    }

    /** @param offset where an upload goes on, with {@link RefusalCode#WRONG_OFFSET} */
    public RefusedException(RefusalCode code, String detail, long offset) {
        super(detail, null, false, false);
        this.code = code;
        this.offset = offset;
    }

    public RefusalCode code() {
        return code;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    public long offset() {
        return offset;
    }
}
