// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import dev.rivulet.audio.AudioReading.Reason;

/** Carries a refusal out of a decoder's depths to the reader, which turns it into a value. */
final class RefusedAudio extends RuntimeException {

    private final Reason reason;

    RefusedAudio(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    static RefusedAudio damaged(String message) {
        return new RefusedAudio(Reason.DAMAGED, message);
    }

    AudioReading.Refused asReading() {
        return new AudioReading.Refused(reason, String.valueOf(getMessage()));
    }
}
