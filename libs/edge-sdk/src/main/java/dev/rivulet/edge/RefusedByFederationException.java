package dev.rivulet.edge;

import dev.rivulet.devices.v1.Refusal;

/** The federation refused a request; sending it again would not help, or was tried often enough. */
public final class RefusedByFederationException extends Exception {

    private static final long serialVersionUID = 1;

    private final int status;
    private final transient Refusal refusal;

    RefusedByFederationException(int status, Refusal refusal) {
        super(refusal.getCode() + " (" + status + "): " + refusal.getDetail());
        this.status = status;
        this.refusal = refusal;
    }

    /** Stable code, such as {@code late}; a newer federation may have others than this SDK knows. */
    public String code() {
        return refusal.getCode();
    }

    /** HTTP status. */
    public int status() {
        return status;
    }

    Refusal refusal() {
        return refusal;
    }
}
