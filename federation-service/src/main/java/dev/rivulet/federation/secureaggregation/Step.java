// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.secureaggregation;

import dev.rivulet.federated.secagg.Message.FromDevice;
import dev.rivulet.federated.secagg.Message.KeyAdvert;
import dev.rivulet.federated.secagg.Message.MaskedVector;
import dev.rivulet.federated.secagg.Message.SealedShares;
import dev.rivulet.federated.secagg.Message.SurvivorSignature;
import dev.rivulet.federated.secagg.Message.UnmaskShares;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a device sends in a secure round, in this order. */
public enum Step {
    /** Its public keys. */
    KEYS(KeyAdvert.class),
    /** Shares of its secrets, sealed for its circle. */
    SHARES(SealedShares.class),
    /** Its vector under its masks. */
    VECTOR(MaskedVector.class),
    /** Its signature of whose vectors came; in signed rounds alone. */
    SURVIVORS(SurvivorSignature.class),
    /** The shares that take the masks off the sum. */
    UNMASK(UnmaskShares.class);

    private final Class<? extends FromDevice> message;

    Step(Class<? extends FromDevice> message) {
        this.message = message;
    }

    /** As paths and metrics spell it. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean takes(Object other) {
        return message.isInstance(other);
    }

    /** The step of a spelling. */
    public static Optional<Step> of(String wire) {
        return Arrays.stream(values()).filter(step -> step.wire().equals(wire)).findFirst();
    }
}
