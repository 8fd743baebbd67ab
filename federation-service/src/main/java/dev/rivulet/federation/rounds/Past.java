// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federation.privacy.Spending;
import dev.rivulet.federation.rounds.RoundEvent.Charged;
import dev.rivulet.federation.rounds.RoundEvent.Origin;
import dev.rivulet.federation.rounds.RoundEvent.Terms;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import dev.rivulet.federation.rounds.RoundState.Ended;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the rounds of a federation that are over add up to: all that the next one begins from. A pure fold of their events, so that one
 * that was kept stands for the events up to it. Immutable.
 *
 * @param parts by device
 * @param left devices that the last round was still waiting for, and where they began
 * @param spending on privacy
 * @param sampling of the last round, above 0 and at most 1
 * @param over of the last rounds, up to which round nobody needs updates any more; at most {@link #MOST_OVER}
 */
public record Past(
        Progress progress,
        Map<String, PartTaken> parts,
        Map<String, Origin> left,
        Spending spending,
        double sampling,
        List<Long> over) {

    /** Before the first round. */
    public static final Past NONE = new Past(Progress.NONE, Map.of(), Map.of(), Spending.NONE, 1, List.of());

    /** Rounds whose updates may still lie about when a process has died. */
    static final int MOST_OVER = 16;

    public Past {
        parts = Map.copyOf(parts);
        left = Map.copyOf(left);
        over = List.copyOf(over);
        if (!(sampling > 0 && sampling <= 1)) {
            throw new IllegalArgumentException("a device is selected with a probability above 0 and at most 1");
        }
    }

    /**
     * After one more round.
     *
     * @param otherwise settings for a round that did not write down its own
     */
    Past after(long round, Ended ended, FederationSettings otherwise) {
        Collecting collected = ended.collected();
        Terms terms = collected.opened().terms();
        FederationSettings inForce = terms == null ? otherwise : terms.settings();
        Charged charge = collected.charged();
        List<Long> last = new ArrayList<>(over.subList(Math.max(0, over.size() - MOST_OVER + 1), over.size()));
        last.add(collected.neededNoMore(round, inForce.aggregation().mostStaleness()));
        return new Past(
                progress.after(round, ended, inForce.stopping().leastGain()),
                PartTaken.after(parts, collected),
                collected.pending().stream()
                        .collect(Collectors.toMap(Function.identity(), device -> collected.origin(device, round))),
                charge == null ? spending : spending.after(charge.mechanism(), charge.devices()),
                terms == null ? 1 : terms.sampling(),
                last);
    }
}
