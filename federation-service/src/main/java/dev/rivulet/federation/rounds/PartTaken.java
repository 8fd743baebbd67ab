// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federation.rounds.RoundState.Collecting;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a device made of the work that it was given.
 *
 * @param asked pieces of work that it answered or that were over before it did
 * @param counted updates of it that counted
 * @param last when the last round that it was asked in began; null before the first
 */
public record PartTaken(int asked, int counted, @Nullable Instant last) {

    /** Of a device that was not asked yet. */
    public static final PartTaken NONE = new PartTaken(0, 0, null);

    /** Share of its work that it did, as if it had done one of two before it began: a newcomer is neither trusted nor not. */
    public double reliability() {
        return (counted + 1.0) / (asked + 2.0);
    }

    /** All devices after one more round. */
    static Map<String, PartTaken> after(Map<String, PartTaken> before, Collecting round) {
        Map<String, PartTaken> after = new HashMap<>(before);
        Instant at = round.opened().at();
        round.counted()
                .keySet()
                .forEach(device -> after.merge(
                        device,
                        new PartTaken(1, 1, at),
                        (known, one) -> new PartTaken(known.asked() + 1, known.counted() + 1, at)));
        round.dropped()
                .keySet()
                .forEach(device -> after.merge(
                        device,
                        new PartTaken(1, 0, at),
                        (known, one) -> new PartTaken(known.asked() + 1, known.counted(), at)));
        if (!round.opened().asynchronous()) {
            round.pending()
                    .forEach(device -> after.merge(
                            device,
                            new PartTaken(1, 0, at),
                            (known, one) -> new PartTaken(known.asked() + 1, known.counted(), at)));
        }
        return after;
    }
}
