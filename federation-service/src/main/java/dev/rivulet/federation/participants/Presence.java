// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants;

import dev.rivulet.devices.v1.Capabilities;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Who was heard of when, and what it can do. A device that is heard of and has not sent its update is slow; one that is not heard of
 * for {@code dead-after} is dead. After a start nobody is dead before that time has passed. Safe for threads.
 */
@Component
public final class Presence {

    private record Heard(Instant at, Capabilities capabilities) {}

    private final Clock clock;
    private final Duration deadAfter;
    private final int most;
    private final Instant since;
    private final Map<UUID, Heard> heard = new ConcurrentHashMap<>();

    Presence(Clock clock, ParticipantsSettings settings) {
        this.clock = clock;
        this.deadAfter = settings.deadAfter();
        this.most = settings.mostPresent();
        this.since = clock.instant();
    }

    /** Something came from the device. */
    void heard(UUID device) {
        keep(device, capabilities(device).orElseGet(Capabilities::getDefaultInstance));
    }

    /** The device said what it can do. */
    void heard(UUID device, Capabilities capabilities) {
        keep(device, capabilities);
    }

    private void keep(UUID device, Capabilities capabilities) {
        Instant now = clock.instant();
        if (heard.size() >= most && !heard.containsKey(device)) {
            heard.values().removeIf(each -> each.at().plus(deadAfter).isBefore(now));
            if (heard.size() >= most) {
                return;
            }
        }
        heard.put(device, new Heard(now, capabilities));
    }

    /** What the device last said; empty before its first heartbeat. */
    public Optional<Capabilities> capabilities(UUID device) {
        return Optional.ofNullable(heard.get(device))
                .map(Heard::capabilities)
                .filter(said -> !said.equals(Capabilities.getDefaultInstance()));
    }

    /** Whether it was not heard of for so long that it is taken for dead. */
    public boolean dead(UUID device) {
        return dead(device, since);
    }

    /**
     * The same where devices were heard of by another instance until then.
     *
     * @param from when they began to be heard of here
     */
    public boolean dead(UUID device, Instant from) {
        Instant begun = from.isBefore(since) ? since : from;
        Heard last = heard.get(device);
        Instant at = last == null || last.at().isBefore(begun) ? begun : last.at();
        return at.plus(deadAfter).isBefore(clock.instant());
    }
}
