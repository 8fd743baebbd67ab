// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.devices.RefusalCode;
import java.util.List;

/** What a round makes of an input. */
public sealed interface Decision {

    /**
     * These events follow.
     *
     * @param events empty if nothing does
     */
    record Follows(List<RoundEvent> events) implements Decision {
        public Follows {
            events = List.copyOf(events);
        }
    }

    /** The device that sent it is told why not. */
    record Refused(RefusalCode code, String detail) implements Decision {}
}
