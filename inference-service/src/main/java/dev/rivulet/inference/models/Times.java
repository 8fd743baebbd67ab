// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/** Moments of events. */
final class Times {

    private Times() {}

    static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }
}
