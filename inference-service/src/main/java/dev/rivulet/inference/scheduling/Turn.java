// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a step is for. While three quarters of the slots are in use, decoding and prompts take turns, so that whoever comes waits
 * for one of them and not for both. A prompt goes out of turn that is the only sequence of its tenant while another tenant has
 * several slots: it is computed at once, as far as the prompt tokens between two decode steps stay within
 * {@link SchedulingLimits#stepTokens()}.
 *
 * @param decodes whether those that decode do so
 * @param prompts whether prompts are computed
 * @param express prompts that go out of turn: they alone are computed; none for all that are due
 */
record Turn(boolean decodes, boolean prompts, Set<SequenceId> express) {

    private static final Turn BOTH = new Turn(true, true, Set.of());
    private static final Turn DECODING = new Turn(true, false, Set.of());
    private static final Turn PROMPTS = new Turn(false, true, Set.of());

    /** @param newcomers that get a slot in this step */
    static Turn of(SchedulingLimits limits, List<SequenceState> sequences, List<SequenceState> newcomers, Pace pace) {
        Holdings holdings = new Holdings(sequences, newcomers);
        if (limits.aside() == 0 || !holdings.crowded(limits)) {
            return BOTH;
        }
        List<SequenceState> due = Stream.concat(sequences.stream().filter(SequenceState::running), newcomers.stream())
                .filter(sequence -> sequence.reading() && !sequence.decoding())
                .toList();
        Set<SequenceId> express = due.stream()
                .filter(sequence -> sequence.total() - sequence.computed() <= limits.stepTokens() - pace.deferred())
                .filter(sequence -> holdings.outnumbered(sequence.tenant()) && asksNoMore(sequence, sequences))
                .map(SequenceState::id)
                .collect(Collectors.toUnmodifiableSet());
        if (!express.isEmpty()) {
            return new Turn(false, true, express);
        }
        if (due.isEmpty() || sequences.stream().noneMatch(SequenceState::decodes)) {
            return BOTH;
        }
        return pace.deferred() == 0 ? PROMPTS : DECODING;
    }

    private static boolean asksNoMore(SequenceState one, List<SequenceState> sequences) {
        return sequences.stream()
                .noneMatch(
                        other -> !other.id().equals(one.id()) && other.tenant().equals(one.tenant()));
    }
}
