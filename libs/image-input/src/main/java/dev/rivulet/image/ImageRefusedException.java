// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

/** Bytes that are not read as an image. The message says what, where and how to mend it, and is fit to show to the caller. */
public final class ImageRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why, as a stable word for metrics. */
    public enum Reason {
        /** Not one of {@link ImageFormat}. */
        FORMAT,
        /** Too many bytes, pixels or frames, or a decompression bomb. */
        SIZE,
        /** Cut off, corrupt, or with something else behind it. */
        MALFORMED,
        /** A variant of a format that is not read. */
        UNSUPPORTED,
        /** Decoding took too long. */
        TIME
    }

    private final Reason reason;

    public ImageRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    ImageRefusedException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    static ImageRefusedException malformed(String message) {
        return new ImageRefusedException(Reason.MALFORMED, message);
    }

    static ImageRefusedException unsupported(String message) {
        return new ImageRefusedException(Reason.UNSUPPORTED, message);
    }
}
