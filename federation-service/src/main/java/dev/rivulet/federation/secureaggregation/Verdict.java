// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.secureaggregation;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federated.secagg.Message.FromDevice;

/** What {@link SecureSteps} makes of the bytes of a device. */
sealed interface Verdict {

    /** They are in order, and count when they are taken. */
    record Fit(FromDevice message, String sha256) implements Verdict {}

    /** They were taken before: the answer is still to come, or there. */
    record Again() implements Verdict {}

    /** They change nothing. */
    record Refused(RefusalCode code, String detail) implements Verdict {}
}
