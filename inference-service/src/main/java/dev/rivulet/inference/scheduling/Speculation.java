// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which sequences check a draft in a step instead of being rows of it. A draft is checked where tokens per second gain by it, as
 * measured: with {@code n} decoding sequences and {@code v} of them verified, {@code n + kept} tokens in the time of a step of
 * {@code n - v} rows and {@code v} verifications, against {@code n} tokens in that of a step of {@code n} rows. To begin it must
 * promise {@value #GAIN} times the tokens; it goes on while it loses nothing. What is passed over {@value #RETRY} times is tried
 * again, so that a text that becomes predictable is noticed.
 *
 * @param drafts most drafted tokens of each sequence that is verified
 * @param speedup the expected gain, 1 without drafts
 */
record Speculation(Map<SequenceId, Integer> drafts, double speedup) {

    static final double GAIN = 1.15;
    static final int RETRY = 64;

    static final Speculation NONE = new Speculation(Map.of(), 1);

    static Speculation of(SchedulingLimits limits, List<SequenceState> sequences, Worth worth) {
        if (limits.drafted() == 0) {
            return NONE;
        }
        List<SequenceState> drafted = new ArrayList<>();
        int decoding = 0;
        for (SequenceState sequence : sequences) {
            boolean decodes = sequence.decodes();
            decoding += decodes ? 1 : 0;
            if (decodes && sequence.guess().drafted() > 0) {
                drafted.add(sequence);
            }
        }
        // Without the cost of a plain step there is nothing to compare with.
        return drafted.isEmpty() || worth.step(decoding) == 0 ? NONE : new Choice(limits, worth, decoding).of(drafted);
    }

    /** Tokens that the verifications compute. */
    int tokens() {
        return drafts.values().stream().mapToInt(drafted -> drafted + 1).sum();
    }

    private record Choice(SchedulingLimits limits, Worth worth, int decoding) {

        Speculation of(List<SequenceState> drafted) {
            List<SequenceState> best = drafted.stream()
                    .sorted(Comparator.comparingDouble((SequenceState one) -> -kept(one))
                            .thenComparing(one -> one.id().value()))
                    .toList();
            Speculation chosen = mostTokens(best);
            if (chosen.drafts().isEmpty()) {
                return best.stream()
                        .filter(this::due)
                        .findFirst()
                        .map(one -> new Speculation(Map.of(one.id(), length(one)), gain(kept(one), 1, time(one, 0))))
                        .orElse(NONE);
            }
            return chosen;
        }

        private Speculation mostTokens(List<SequenceState> best) {
            Map<SequenceId, Integer> drafts = new LinkedHashMap<>();
            Speculation most = NONE;
            double least = worth.speculating() ? 1 : GAIN;
            double kept = 0;
            double time = 0;
            int tokens = 0;
            for (SequenceState one : best) {
                int length = length(one);
                tokens += length + 1;
                double cost = worth.verification(length + 1);
                if (tokens > budget() || cost == 0) {
                    break;
                }
                kept += kept(one);
                time = time(one, time);
                drafts.put(one.id(), length);
                double gain = gain(kept, drafts.size(), time);
                if (gain > Math.max(least, most.speedup())) {
                    most = new Speculation(Map.copyOf(drafts), gain);
                }
            }
            return most;
        }

        private double time(SequenceState one, double before) {
            return before + worth.verification(length(one) + 1);
        }

        private double gain(double kept, int verified, double time) {
            double all = worth.step(decoding - verified) + time;
            return all == 0 ? 1 : (decoding + kept) * worth.step(decoding) / (decoding * all);
        }

        /** Never verified at all, or passed over for long. */
        private boolean due(SequenceState one) {
            boolean untried = worth.verification(length(one) + 1) == 0;
            return (untried || one.guess().passedOver() >= RETRY) && length(one) + 1 <= budget();
        }

        /** The other half is left to prompts, whoever speculates. */
        private int budget() {
            return limits.stepTokens() / 2;
        }

        private double kept(SequenceState one) {
            double known = one.guess().kept() >= 0 ? one.guess().kept() : worth.kept();
            return known < 0 ? length(one) : Math.min(known, length(one));
        }

        private int length(SequenceState one) {
            return Math.min(one.guess().drafted(), limits.drafted());
        }
    }
}
