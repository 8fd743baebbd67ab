// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.agent;

import java.time.LocalTime;
import java.util.Optional;

/**
 * When a site's machine may train: it has little to do, it isn't on battery, and it is the time of day for it.
 *
 * @param mostLoad load average of the last minute that the machine may have per core, above 0
 * @param onBattery whether it may train without being plugged in
 * @param from time of day from which it may train
 * @param until time of day until which it may; the same as from for any time, before it for a night
 */
public record IdlePolicy(double mostLoad, boolean onBattery, LocalTime from, LocalTime until) {

    /** Half a core's load each, plugged in, at any time. */
    public static final IdlePolicy USUAL = new IdlePolicy(0.5, false, LocalTime.MIDNIGHT, LocalTime.MIDNIGHT);

    public IdlePolicy {
        if (!(mostLoad > 0)) {
            throw new IllegalArgumentException("the load that a machine may have is above 0");
        }
    }

    /**
     * How a machine is.
     *
     * @param load average of the last minute; negative where the system doesn't tell, which counts as none
     * @param cores 1 or more
     * @param plugged whether it is plugged in, or has no battery
     */
    public record Machine(double load, int cores, boolean plugged) {}

    /** Why the machine may not train now; empty if it may. */
    public Optional<String> reasonAgainst(Machine machine, LocalTime now) {
        if (!within(now)) {
            return Optional.of("it is not between " + from + " and " + until);
        }
        if (!machine.plugged() && !onBattery) {
            return Optional.of("the machine is on battery");
        }
        if (machine.load() > mostLoad * machine.cores()) {
            return Optional.of("the load is %.1f on %d cores".formatted(machine.load(), machine.cores()));
        }
        return Optional.empty();
    }

    private boolean within(LocalTime now) {
        if (from.equals(until)) {
            return true;
        }
        return from.isBefore(until)
                ? !now.isBefore(from) && now.isBefore(until)
                : !now.isBefore(from) || now.isBefore(until);
    }
}
